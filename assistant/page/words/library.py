"""Words of the library tab."""

ENGLISH = {
    "library": "Library",
    "title": "Title",
    "period": "Period",
    "places": "Places",
    "passages": "Passages",
    "find": "Find a report by title, place, period or source",
    "reports": "{n} reports",
    "reports_one": "1 report",
    "reports_more": "The first {shown} of {n} reports are shown; narrow the search to see others.",
    "no_match": "No report matches.",
}

FRENCH = {
    "library": "Bibliothèque",
    "title": "Titre",
    "period": "Période",
    "places": "Lieux",
    "passages": "Passages",
    "find": "Chercher un rapport par titre, lieu, période ou source",
    "reports": "{n} rapports",
    "reports_one": "1 rapport",
    "reports_more": "Les {shown} premiers rapports sur {n} sont affichés ; précisez la recherche.",
    "no_match": "Aucun rapport ne correspond.",
}

VIETNAMESE = {
    "library": "Thư viện",
    "title": "Tiêu đề",
    "period": "Kỳ",
    "places": "Địa phương",
    "passages": "Số đoạn",
    "find": "Tìm báo cáo theo tiêu đề, địa phương, kỳ hoặc nguồn",
    "reports": "{n} báo cáo",
    "reports_one": "1 báo cáo",
    "reports_more": "Đang hiển thị {shown} trong số {n} báo cáo; hãy thu hẹp tìm kiếm.",
    "no_match": "Không có báo cáo nào phù hợp.",
}
