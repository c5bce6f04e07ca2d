"""What every tab shares: the name of a language, a page's number, how a report is opened."""

ENGLISH = {
    "code": "en",
    "tagline": "Answers from your reports. Every sentence is cited and checked.",
    "en": "English",
    "fr": "French",
    "vi": "Vietnamese",
    "language": "Language",
    "source": "Source",
    "open_document": "Open the whole report",
    "loading": "Opening…",
    "gone": "This report is no longer in the library.",
    "empty": "The library is empty.",
    "empty_more": "Add a folder of reports with {command}, then reload this page.",
    "failed": "Something went wrong; the log has the details.",
    "page": "page {n}",
}

FRENCH = {
    "code": "fr",
    "tagline": "Des réponses tirées de vos rapports. Chaque phrase est citée et vérifiée.",
    "en": "anglais",
    "fr": "français",
    "vi": "vietnamien",
    "language": "Langue",
    "source": "Source",
    "open_document": "Ouvrir le rapport entier",
    "loading": "Ouverture…",
    "gone": "Ce rapport n’est plus dans la bibliothèque.",
    "empty": "La bibliothèque est vide.",
    "empty_more": "Ajoutez un dossier de rapports avec {command}, puis rechargez cette page.",
    "failed": "Une erreur s’est produite ; le journal en donne le détail.",
    "page": "page {n}",
}

VIETNAMESE = {
    "code": "vi",
    "tagline": "Trả lời từ các báo cáo của bạn. Mỗi câu đều có dẫn chứng đã được kiểm tra.",
    "en": "tiếng Anh",
    "fr": "tiếng Pháp",
    "vi": "tiếng Việt",
    "language": "Ngôn ngữ",
    "source": "Nguồn",
    "open_document": "Mở toàn bộ báo cáo",
    "loading": "Đang mở…",
    "gone": "Báo cáo này không còn trong thư viện.",
    "empty": "Thư viện đang trống.",
    "empty_more": "Thêm một thư mục báo cáo bằng lệnh {command}, rồi tải lại trang này.",
    "failed": "Đã xảy ra lỗi; xem chi tiết trong nhật ký.",
    "page": "trang {n}",
}
