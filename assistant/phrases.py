"""What the assistant itself says, in the question's language. Everything else it shows is quoted or checked."""

from __future__ import annotations

from collections.abc import Sequence

from ingest.text.periods import Period

_PHRASES = {
    "en": {
        "empty": "The library is empty. Ingest a folder of reports first: danchung ingest FOLDER.",
        "filtered": "No document passes the filters, so nothing was searched.",
        "unsaid": "The reports do not say.",
        "period": "The reports do not say: they cover {known}, not {missing}.",
        "period_figure": "The reports do not say: they give no such information for {missing}. They cover {known}.",
        "place": "The reports do not say: nothing in them answers this for {missing}.",
        "name": "The reports do not say: they do not mention {missing} in this connection.",
        "words": "The reports do not say. Words of the question that none of them uses: {missing}.",
        "model_failed": "The language model did not answer ({error}); these are quotes from the reports instead.",
        "model_silent": "The model found nothing to say; these are quotes from the reports instead.",
        "model_unproven": "Nothing the model wrote could be proven; these are quotes from the reports instead.",
        "and": "and",
        "place_known": "The reports do not say: nothing in them answers this for {missing}. They cover {known}.",
        "differ": "The reports give different figures.",
        "part": "{part}: {reason}",
        "part_asked": "{part} {reason}",
        "according": "According to “{title}” ({about}):",
        "according_bare": "According to “{title}”:",
        "as_of": "As of {date}, according to “{title}”:",
        "change": "Computed from these figures: {late} ({late_side}) − {early} ({early_side}) = {difference}{percent}.",
        "points": "{n} percentage points",
    },
    "fr": {
        "empty": "La bibliothèque est vide. Chargez d'abord un dossier de rapports : danchung ingest DOSSIER.",
        "filtered": "Aucun document ne passe les filtres ; rien n'a été cherché.",
        "unsaid": "Les rapports ne le disent pas.",
        "period": "Les rapports ne le disent pas : ils couvrent {known}, pas {missing}.",
        "period_figure": "Les rapports ne le disent pas : ils ne donnent pas cette information pour {missing}. "
        "Ils couvrent {known}.",
        "place": "Les rapports ne le disent pas : rien n'y répond pour {missing}.",
        "name": "Les rapports ne le disent pas : ils ne mentionnent pas {missing} à ce sujet.",
        "words": "Les rapports ne le disent pas. Mots de la question qu'aucun n'emploie : {missing}.",
        "model_failed": "Le modèle de langue n'a pas répondu ({error}) ; voici des citations des rapports.",
        "model_silent": "Le modèle n'a rien trouvé à dire ; voici des citations des rapports.",
        "model_unproven": "Rien de ce que le modèle a écrit n'a pu être prouvé ; voici des citations des rapports.",
        "and": "et",
        "place_known": "Les rapports ne le disent pas : rien n'y répond pour {missing}. Ils couvrent {known}.",
        "differ": "Les rapports donnent des chiffres différents.",
        "part": "{part} : {reason}",
        "part_asked": "{part} {reason}",
        "according": "D'après « {title} » ({about}) :",
        "according_bare": "D'après « {title} » :",
        "as_of": "Au {date}, d'après « {title} » :",
        "change": "Calculé à partir de ces chiffres : {late} ({late_side}) − {early} ({early_side}) = "
        "{difference}{percent}.",
        "points": "{n} points",
    },
    "vi": {
        "empty": "Thư viện đang trống. Hãy nạp một thư mục báo cáo trước: danchung ingest THƯ_MỤC.",
        "filtered": "Không có tài liệu nào qua được bộ lọc, nên không tìm gì cả.",
        "unsaid": "Các báo cáo không nói đến điều này.",
        "period": "Các báo cáo không nói đến điều này: chúng bao quát {known}, không có {missing}.",
        "period_figure": "Các báo cáo không nói đến điều này: không có thông tin đó cho {missing}. "
        "Các báo cáo bao quát {known}.",
        "place": "Các báo cáo không nói đến điều này: không có gì trả lời cho {missing}.",
        "name": "Các báo cáo không nói đến điều này: không nhắc đến {missing} trong chuyện này.",
        "words": "Các báo cáo không nói đến điều này. Từ trong câu hỏi không báo cáo nào dùng: {missing}.",
        "model_failed": "Mô hình ngôn ngữ không trả lời ({error}); dưới đây là trích dẫn từ các báo cáo.",
        "model_silent": "Mô hình không tìm thấy gì để nói; dưới đây là trích dẫn từ các báo cáo.",
        "model_unproven": "Không câu nào mô hình viết ra chứng minh được; dưới đây là trích dẫn từ các báo cáo.",
        "and": "và",
        "place_known": "Các báo cáo không nói đến điều này: không có gì trả lời cho {missing}. "
        "Các báo cáo bao quát {known}.",
        "differ": "Các báo cáo đưa ra số liệu khác nhau.",
        "part": "{part}: {reason}",
        "part_asked": "{part} {reason}",
        "according": "Theo “{title}” ({about}):",
        "according_bare": "Theo “{title}”:",
        "as_of": "Tính đến {date}, theo “{title}”:",
        "change": "Tính từ các số liệu này: {late} ({late_side}) − {early} ({early_side}) = {difference}{percent}.",
        "points": "{n} điểm phần trăm",
    },
}


def say(phrase: str, language: str, **values: str) -> str:
    """A phrase in the language, in English where it has none; `values` fill its blanks."""
    return _PHRASES.get(language, _PHRASES["en"])[phrase].format(**values)


_HALVES = {
    "en": ("the first half of {year}", "the second half of {year}"),
    "fr": ("le premier semestre {year}", "le second semestre {year}"),
    "vi": ("6 tháng đầu năm {year}", "6 tháng cuối năm {year}"),
}
_FIRST_MONTHS = {
    "en": "the first {n} months of {year}", "fr": "les {n} premiers mois de {year}", "vi": "{n} tháng đầu năm {year}"
}  # fmt: skip


def period_in_words(period: Period, language: str) -> str:
    """A period as a person says it: 2024-H1 is "the first half of 2024"; others by their label."""
    label, year = period.label, period.start.year
    if label.endswith(("-H1", "-H2")):
        return _HALVES.get(language, _HALVES["en"])[label.endswith("-H2")].format(year=year)
    starts, ends = period.start, period.end
    if "/" in label and (starts.month, starts.day) == (1, 1) and ends.year == year and ends.day >= 28:
        return _FIRST_MONTHS.get(language, _FIRST_MONTHS["en"]).format(n=ends.month, year=year)
    return label.replace("/", "–")


def listed(items: Sequence[str], language: str) -> str:
    """ "a, b and c" in the language; at most six, the rest as an ellipsis."""
    shown = list(items[:6]) + (["…"] if len(items) > 6 else [])
    if len(shown) < 2:
        return "".join(shown)
    return f"{', '.join(shown[:-1])} {say('and', language)} {shown[-1]}"
