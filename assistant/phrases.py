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
        "respelt": "Read {words}.",
        "read_as": "“{typed}” as “{meant}”",
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
        "respelt": "Lu {words}.",
        "read_as": "« {typed} » comme « {meant} »",
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
        "respelt": "Đã hiểu {words}.",
        "read_as": "“{typed}” là “{meant}”",
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


_FAILURES = {
    "en": {
        "late": "{place} took longer than {seconds} s; raise DANCHUNG_MODEL_TIMEOUT or use a faster model",
        "too_much": "{place} sent more than is ever read; check OPENAI_BASE_URL and DANCHUNG_MODEL",
        "bad_key": "{place} cannot be asked with this key; check OPENAI_API_KEY for stray characters",
        "unsendable": ("OPENAI_API_KEY or OPENAI_BASE_URL has characters that cannot be sent; check OPENAI_BASE_URL"),
        "no_address": "OPENAI_BASE_URL is no address; check OPENAI_BASE_URL",
        "unreachable": "{place} cannot be reached; check OPENAI_BASE_URL",
        "broke_off": "{place} broke off its reply; try again, or look into its log",
        "unreadable": "{place} answered what cannot be read; check OPENAI_BASE_URL",
        "no_message": "{place} answered without a message; check OPENAI_BASE_URL",
        "refused_key": "{place} refuses the key; check OPENAI_API_KEY",
        "no_model": "{place} has no model {model!r}; check DANCHUNG_MODEL and OPENAI_BASE_URL",
        "no_credit": "{place} has no credit left for this key; check the account of OPENAI_API_KEY",
        "over_limit": "{place} is over its limit; try again later",
        "busy": "{place} answered with status {status}; try again later, or look into its log",
        "option": "{place} answered with status {status}; check DANCHUNG_MODEL and DANCHUNG_MODEL_OUTPUT",
        "status": "{place} answered with status {status}; check OPENAI_BASE_URL",
        "small_window": (
            "{place} has a smaller context window than DANCHUNG_MODEL_CONTEXT={context}; set it to the "
            "model's, or start the server with a larger one"
        ),
        "declined": "{place} declined to answer; ask otherwise, or use another model",
        "no_certificates": "SSL_CERT_FILE or SSL_CERT_DIR cannot be read; check them",
        "not_json": "the answer of {model!r} is not the JSON asked for; use another model",
        "cut_off": "the answer of {model!r} was cut off at {tokens} tokens; raise DANCHUNG_MODEL_OUTPUT",
        "too_long": "the answer of {model!r} is longer than {size} KB; use another model",
        "not_whole": "the answer of {model!r} ended before it was whole; try again",
        "cut_short": "The language model's answer was cut short: {error}.",
    },
    "fr": {
        "late": (
            "{place} a mis plus de {seconds} s ; augmentez DANCHUNG_MODEL_TIMEOUT ou prenez un modèle plus rapide"
        ),
        "too_much": ("{place} a envoyé plus que ce qui est jamais lu ; vérifiez OPENAI_BASE_URL et DANCHUNG_MODEL"),
        "bad_key": (
            "{place} ne peut être interrogé avec cette clé ; cherchez dans OPENAI_API_KEY des caractères en trop"
        ),
        "unsendable": (
            "OPENAI_API_KEY ou OPENAI_BASE_URL contient des caractères impossibles à envoyer ; vérifiez OPENAI_BASE_URL"
        ),
        "no_address": "OPENAI_BASE_URL n'est pas une adresse ; vérifiez OPENAI_BASE_URL",
        "unreachable": "{place} est injoignable ; vérifiez OPENAI_BASE_URL",
        "broke_off": "{place} a interrompu sa réponse ; réessayez, ou consultez son journal",
        "unreadable": "{place} a répondu de façon illisible ; vérifiez OPENAI_BASE_URL",
        "no_message": "{place} a répondu sans message ; vérifiez OPENAI_BASE_URL",
        "refused_key": "{place} refuse la clé ; vérifiez OPENAI_API_KEY",
        "no_model": "{place} n'a pas de modèle {model!r} ; vérifiez DANCHUNG_MODEL et OPENAI_BASE_URL",
        "no_credit": "{place} n'a plus de crédit pour cette clé ; vérifiez le compte d'OPENAI_API_KEY",
        "over_limit": "{place} a atteint sa limite ; réessayez plus tard",
        "busy": "{place} a répondu par le code {status} ; réessayez plus tard, ou consultez son journal",
        "option": ("{place} a répondu par le code {status} ; vérifiez DANCHUNG_MODEL et DANCHUNG_MODEL_OUTPUT"),
        "status": "{place} a répondu par le code {status} ; vérifiez OPENAI_BASE_URL",
        "small_window": (
            "{place} a une fenêtre de contexte plus petite que DANCHUNG_MODEL_CONTEXT={context} ; "
            "mettez-y celle du modèle, ou lancez le serveur avec une plus grande"
        ),
        "declined": "{place} a refusé de répondre ; demandez autrement, ou prenez un autre modèle",
        "no_certificates": "SSL_CERT_FILE ou SSL_CERT_DIR est illisible ; vérifiez-les",
        "not_json": "la réponse de {model!r} n'est pas le JSON demandé ; prenez un autre modèle",
        "cut_off": "la réponse de {model!r} a été coupée à {tokens} jetons ; augmentez DANCHUNG_MODEL_OUTPUT",
        "too_long": "la réponse de {model!r} dépasse {size} Ko ; prenez un autre modèle",
        "not_whole": "la réponse de {model!r} s'est arrêtée avant la fin ; réessayez",
        "cut_short": "La réponse du modèle de langue a été écourtée : {error}.",
    },
    "vi": {
        "late": ("{place} mất hơn {seconds} giây; hãy tăng DANCHUNG_MODEL_TIMEOUT hoặc dùng mô hình nhanh hơn"),
        "too_much": "{place} gửi nhiều hơn mức được đọc; hãy kiểm tra OPENAI_BASE_URL và DANCHUNG_MODEL",
        "bad_key": "không thể hỏi {place} bằng khóa này; hãy kiểm tra ký tự thừa trong OPENAI_API_KEY",
        "unsendable": ("OPENAI_API_KEY hoặc OPENAI_BASE_URL có ký tự không gửi được; hãy kiểm tra OPENAI_BASE_URL"),
        "no_address": "OPENAI_BASE_URL không phải là một địa chỉ; hãy kiểm tra OPENAI_BASE_URL",
        "unreachable": "không kết nối được với {place}; hãy kiểm tra OPENAI_BASE_URL",
        "broke_off": "{place} ngắt câu trả lời giữa chừng; hãy thử lại hoặc xem nhật ký của nó",
        "unreadable": "{place} trả lời không đọc được; hãy kiểm tra OPENAI_BASE_URL",
        "no_message": "{place} trả lời không có nội dung; hãy kiểm tra OPENAI_BASE_URL",
        "refused_key": "{place} từ chối khóa; hãy kiểm tra OPENAI_API_KEY",
        "no_model": "{place} không có mô hình {model!r}; hãy kiểm tra DANCHUNG_MODEL và OPENAI_BASE_URL",
        "no_credit": "{place} đã hết hạn mức cho khóa này; hãy kiểm tra tài khoản của OPENAI_API_KEY",
        "over_limit": "{place} đã vượt giới hạn; hãy thử lại sau",
        "busy": "{place} trả về mã {status}; hãy thử lại sau hoặc xem nhật ký của nó",
        "option": "{place} trả về mã {status}; hãy kiểm tra DANCHUNG_MODEL và DANCHUNG_MODEL_OUTPUT",
        "status": "{place} trả về mã {status}; hãy kiểm tra OPENAI_BASE_URL",
        "small_window": (
            "{place} có cửa sổ ngữ cảnh nhỏ hơn DANCHUNG_MODEL_CONTEXT={context}; hãy đặt theo mô "
            "hình, hoặc chạy máy chủ với cửa sổ lớn hơn"
        ),
        "declined": "{place} từ chối trả lời; hãy hỏi cách khác hoặc dùng mô hình khác",
        "no_certificates": "không đọc được SSL_CERT_FILE hoặc SSL_CERT_DIR; hãy kiểm tra",
        "not_json": "câu trả lời của {model!r} không phải JSON được yêu cầu; hãy dùng mô hình khác",
        "cut_off": "câu trả lời của {model!r} bị cắt ở {tokens} token; hãy tăng DANCHUNG_MODEL_OUTPUT",
        "too_long": "câu trả lời của {model!r} dài hơn {size} KB; hãy dùng mô hình khác",
        "not_whole": "câu trả lời của {model!r} dừng trước khi trọn vẹn; hãy thử lại",
        "cut_short": "Câu trả lời của mô hình ngôn ngữ bị ngắt giữa chừng: {error}.",
    },
}
"""What went wrong with a request to the language model, in one line that says what to do."""


def say(phrase: str, language: str, **values: str) -> str:
    """A phrase in the language, in English where it has none; `values` fill its blanks."""
    return _PHRASES.get(language, _PHRASES["en"])[phrase].format(**values)


def failure(phrase: str, language: str, **values: object) -> str:
    """What went wrong with a request to the model, in the language, in English where it has none."""
    return _FAILURES.get(language, _FAILURES["en"])[phrase].format(**values)


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
