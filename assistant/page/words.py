"""The words of the chat page, in the languages of its readers, and the questions it suggests.

Only the page's own words live here. What an answer says comes from the reports.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from assistant.answer import DocumentInfo

Words = dict[str, str]

YEAR = re.compile(r"\d{4}")
LONGEST_TITLE = 90  # code points; a longer title makes a suggestion nobody reads

ENGLISH: Words = {
    "code": "en",
    "tagline": "Answers from your reports. Every sentence is cited and checked.",
    "chat": "Chat",
    "library": "Library",
    "conversation": "Conversation",
    "question": "Your question",
    "placeholder": "Ask the reports a question…",
    "ask": "Ask",
    "stop": "Stop",
    "restart": "New conversation",
    "welcome": "What would you like to know?",
    "welcome_more": "Each sentence of an answer links to the passage it was checked against. "
    "When the reports do not say, you will be told so.",
    "empty": "The library is empty.",
    "empty_more": "Add a folder of reports with {command}, then reload this page.",
    "reading": "Reading the reports…",
    "stopped": "Stopped. Only the sentences checked so far are shown.",
    "failed": "Something went wrong; the log has the details.",
    "evidence": "Evidence",
    "evidence_none_yet": "The passages behind each sentence will appear here.",
    "evidence_abstained": "No evidence is shown, because the reports do not say.",
    "evidence_nothing": "No passage was cited.",
    "abstained": "Not in the reports",
    "extractive": "Quoted from the reports, no model",
    "searched": "Searched without a model",
    "model": "Written by a model, checked against the reports",
    "checked": "{n} statements checked",
    "checked_one": "1 statement checked",
    "dropped": "{n} dropped",
    "passage": "Passage {n}",
    "go_to_passage": "Passage {n}: {title}",
    "open_source": "Published source",
    "open_document": "Open the whole report",
    "loading": "Opening…",
    "gone": "This report is no longer in the library.",
    "page": "page {n}",
    "title": "Title",
    "period": "Period",
    "places": "Places",
    "language": "Language",
    "source": "Source",
    "passages": "Passages",
    "find": "Find a report by title, place, period or source",
    "reports": "{n} reports",
    "reports_one": "1 report",
    "reports_more": "The first {shown} of {n} reports are shown; narrow the search to see others.",
    "no_match": "No report matches.",
    "en": "English",
    "fr": "French",
    "vi": "Vietnamese",
    "example_place": "What was done in {place} in {year}?",
    "example_change": "How does {later} compare with {earlier}?",
    "example_title": "What is reported in “{title}”?",
}

FRENCH: Words = {
    "code": "fr",
    "tagline": "Des réponses tirées de vos rapports. Chaque phrase est citée et vérifiée.",
    "chat": "Conversation",
    "library": "Bibliothèque",
    "conversation": "Conversation",
    "question": "Votre question",
    "placeholder": "Posez une question aux rapports…",
    "ask": "Demander",
    "stop": "Arrêter",
    "restart": "Nouvelle conversation",
    "welcome": "Que souhaitez-vous savoir ?",
    "welcome_more": "Chaque phrase d’une réponse renvoie au passage qui a servi à la vérifier. "
    "Si les rapports n’en disent rien, la réponse le précise.",
    "empty": "La bibliothèque est vide.",
    "empty_more": "Ajoutez un dossier de rapports avec {command}, puis rechargez cette page.",
    "reading": "Lecture des rapports…",
    "stopped": "Arrêté. Seules les phrases déjà vérifiées sont affichées.",
    "failed": "Une erreur s’est produite ; le journal en donne le détail.",
    "evidence": "Preuves",
    "evidence_none_yet": "Les passages qui appuient chaque phrase apparaîtront ici.",
    "evidence_abstained": "Aucune preuve n’est affichée, car les rapports n’en disent rien.",
    "evidence_nothing": "Aucun passage n’a été cité.",
    "abstained": "Absent des rapports",
    "extractive": "Cité des rapports, sans modèle",
    "searched": "Recherché sans modèle",
    "model": "Rédigé par un modèle, vérifié dans les rapports",
    "checked": "{n} phrases vérifiées",
    "checked_one": "1 phrase vérifiée",
    "dropped": "{n} écartées",
    "passage": "Passage {n}",
    "go_to_passage": "Passage {n} : {title}",
    "open_source": "Source publiée",
    "open_document": "Ouvrir le rapport entier",
    "loading": "Ouverture…",
    "gone": "Ce rapport n’est plus dans la bibliothèque.",
    "page": "page {n}",
    "title": "Titre",
    "period": "Période",
    "places": "Lieux",
    "language": "Langue",
    "source": "Source",
    "passages": "Passages",
    "find": "Chercher un rapport par titre, lieu, période ou source",
    "reports": "{n} rapports",
    "reports_one": "1 rapport",
    "reports_more": "Les {shown} premiers rapports sur {n} sont affichés ; précisez la recherche.",
    "no_match": "Aucun rapport ne correspond.",
    "en": "anglais",
    "fr": "français",
    "vi": "vietnamien",
    "example_place": "Qu’a-t-on fait à {place} en {year} ?",
    "example_change": "Qu’est-ce qui change entre {earlier} et {later} ?",
    "example_title": "Que rapporte « {title} » ?",
}

VIETNAMESE: Words = {
    "code": "vi",
    "tagline": "Trả lời từ các báo cáo của bạn. Mỗi câu đều có dẫn chứng đã được kiểm tra.",
    "chat": "Hỏi đáp",
    "library": "Thư viện",
    "conversation": "Cuộc hội thoại",
    "question": "Câu hỏi của bạn",
    "placeholder": "Đặt câu hỏi cho các báo cáo…",
    "ask": "Hỏi",
    "stop": "Dừng",
    "restart": "Cuộc hội thoại mới",
    "welcome": "Bạn muốn biết điều gì?",
    "welcome_more": "Mỗi câu trả lời dẫn tới đoạn văn đã dùng để kiểm tra câu đó. "
    "Nếu các báo cáo không nói đến, bạn sẽ được cho biết.",
    "empty": "Thư viện đang trống.",
    "empty_more": "Thêm một thư mục báo cáo bằng lệnh {command}, rồi tải lại trang này.",
    "reading": "Đang đọc các báo cáo…",
    "stopped": "Đã dừng. Chỉ hiển thị các câu đã được kiểm tra.",
    "failed": "Đã xảy ra lỗi; xem chi tiết trong nhật ký.",
    "evidence": "Dẫn chứng",
    "evidence_none_yet": "Các đoạn văn làm căn cứ cho từng câu sẽ hiện ở đây.",
    "evidence_abstained": "Không có dẫn chứng nào được hiển thị vì các báo cáo không nói đến.",
    "evidence_nothing": "Không có đoạn văn nào được dẫn.",
    "abstained": "Không có trong báo cáo",
    "extractive": "Trích từ các báo cáo, không dùng mô hình",
    "searched": "Đã tìm, không dùng mô hình",
    "model": "Do mô hình viết, đã đối chiếu với các báo cáo",
    "checked": "đã kiểm tra {n} câu",
    "checked_one": "đã kiểm tra 1 câu",
    "dropped": "bỏ {n} câu",
    "passage": "Đoạn {n}",
    "go_to_passage": "Đoạn {n}: {title}",
    "open_source": "Nguồn đã đăng",
    "open_document": "Mở toàn bộ báo cáo",
    "loading": "Đang mở…",
    "gone": "Báo cáo này không còn trong thư viện.",
    "page": "trang {n}",
    "title": "Tiêu đề",
    "period": "Kỳ",
    "places": "Địa phương",
    "language": "Ngôn ngữ",
    "source": "Nguồn",
    "passages": "Số đoạn",
    "find": "Tìm báo cáo theo tiêu đề, địa phương, kỳ hoặc nguồn",
    "reports": "{n} báo cáo",
    "reports_one": "1 báo cáo",
    "reports_more": "Đang hiển thị {shown} trong số {n} báo cáo; hãy thu hẹp tìm kiếm.",
    "no_match": "Không có báo cáo nào phù hợp.",
    "en": "tiếng Anh",
    "fr": "tiếng Pháp",
    "vi": "tiếng Việt",
    "example_place": "Năm {year}, {place} đã làm gì?",
    "example_change": "{later} khác {earlier} như thế nào?",
    "example_title": "“{title}” nêu những gì?",
}

WORDS: dict[str, Words] = {"en": ENGLISH, "fr": FRENCH, "vi": VIETNAMESE}


def words_for(accept_language: str | None) -> Words:
    """The page's words in the first language of an Accept-Language header that we speak, else English."""
    wanted: list[tuple[float, str]] = []
    for part in (accept_language or "").split(","):
        tag, _, weight = part.strip().partition(";q=")
        try:
            wanted.append((-float(weight or 1), tag[:2].lower()))
        except ValueError:
            continue
    # A stable sort: languages of equal weight stay in the order the browser lists them.
    for _, language in sorted(wanted, key=lambda pair: pair[0]):
        if language in WORDS:
            return WORDS[language]
    return ENGLISH


def example_questions(documents: Sequence[DocumentInfo], words: Words, limit: int = 10) -> list[str]:
    """A few questions that fit what is in the library, whatever that is: its titles, places and years.

    Reports in the reader's language come first, then one of each other language, since all are read.
    """
    nearest = sorted(documents, key=lambda d: d.language != words["code"])
    shared = Counter(place for d in documents for place in d.places)
    titles = {d.language: d.title for d in reversed(nearest) if 0 < len(d.title) <= LONGEST_TITLE}
    placed = [d for d in nearest if d.places and YEAR.fullmatch(d.period or "")]
    years = sorted({d.period for d in documents if d.period and YEAR.fullmatch(d.period)})

    asked = [
        words["example_title"].format(title=titles[language])
        for language in sorted(titles, key=lambda language: language != words["code"])
    ]
    if len(years) > 1:
        asked.insert(1, words["example_change"].format(later=years[-1], earlier=years[-2]))
    if placed:
        # The place that fewest reports share says most about a report: not the capital they all name.
        place = min(placed[0].places, key=lambda name: shared[name])
        asked.insert(1, words["example_place"].format(place=place, year=placed[0].period))
    asked += [words["example_title"].format(title=d.title) for d in nearest if 0 < len(d.title) <= LONGEST_TITLE]
    return list(dict.fromkeys(asked))[:limit]
