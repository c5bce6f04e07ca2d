"""How French and Vietnamese write the names of bodies: what the body is, then whose or for what."""

from __future__ import annotations

import re

from ingest.text.names import UPPER

FIRM_MARK = re.compile(r" (?:plc|ltd|inc|llc|gmbh)\b")

# -- French ------------------------------------------------------------------------------------------------

_HEADS_FR = (
    "Commission|Comité|Ministère|Direction|Conseil|Cour|Agence|Tribunal|Banque|Société|Compagnie|Université|Office|Bureau"
    "|Inspection|Parquet|Autorité|Institut|Fondation|Association|Fédération|Union|Organisation|Assemblée|Sénat|Groupe"
    "|Fonds|Hôpital|École|Académie|Service|Chambre|Ligue|Observatoire|Centre|Syndicat|Caisse|Cabinet"
    "|Secrétariat|Haute Autorité|Haute Cour|Grand Conseil|Grande Chambre"
)
# In small letters too, where a capital follows: "le ministère de la Santé", "la société Kerouan".
_HEADS_SMALL = (
    "ministère|banque|université|hôpital|mairie|préfecture|tribunal|société|cour|conseil|agence|institut|association"
    "|entreprise|fondation|lycée|groupe|cabinet|chambre"
)
_ADJECTIVES = (
    r"[a-zéèêîïç-]{2,}(?:ale|ales|al|aux|elle|el|elles|els|enne|en|ennes|ens|aise|ais|aire|aires|ive|if|ives|ifs|omique"
    r"|ologique|istique|atique|itique|édique|amique)"
    r"|publique?s?|général\w*|supérieure?|suprême|populaire|centrale?|permanente?|technique|académique|anticorruption"
    r"|mixte|unique|autonome|indépendante?|unies?|intérieures?|extérieures?|étrangères?|sociales?|fiscales?"
    r"|financiers?|financières?|correctionnels?"
)
_ADJ = rf"(?: (?:{_ADJECTIVES})(?!\w))"
_LINK = r"(?:de la |de l['’]|des |du |d['’]|de |pour la |pour l['’]|pour le |contre la |contre le |sur la )"
_CAPITALS = rf"[{UPPER}][\w-]+"
_MORE_WORDS = rf"(?:[ -](?:(?:{_ADJECTIVES})(?!\w)|{_CAPITALS}))*"
_AND_OF = rf"(?: et (?:des |de la |de l['’]|du )[\w-]+{_ADJ}*)?"
FRENCH = re.compile(
    rf"(?:{_HEADS_FR})\b(?: {_CAPITALS}){{0,3}}{_ADJ}*"
    rf"(?: {_LINK}[^\W\d_][\w-]*{_MORE_WORDS}{_AND_OF}){{0,3}}"
    rf"|(?:{_HEADS_SMALL})(?: {_CAPITALS}(?: & (?:{_CAPITALS}))?){{1,3}}"
    rf"|(?:{_HEADS_SMALL}|comité|commission|direction|inspection|office)\b{_ADJ}*(?: (?:des|du|de la) [a-zéè]+{_ADJ}*)?"
    rf" {_LINK}{_CAPITALS}{_MORE_WORDS}"
)
FRENCH_HEAD = re.compile(rf"{_HEADS_FR}|{_HEADS_SMALL}|comité|commission|direction|inspection|office")
"""Where to try the pattern: a list of words alone is searched for five times faster."""
FRENCH_SIGNS = (" des ", " du ", " les ", " une ", " est ", " dans ", " par ", " le ")
"""What no text in French is without; English is."""
HANGING_FR = re.compile(r"(?:\s|\b(?:de|du|des|la|le|les|l['’]|d['’]|et|pour|contre|sur)\b)+$")

# -- Vietnamese --------------------------------------------------------------------------------------------

_HEADS_VI = (
    "Ủy ban|Uỷ ban|Bảo hiểm|Tổng cục|Chi cục|Tòa án|Toà án|Thanh tra|Công an|Ngân hàng|Công ty|Tập đoàn|Đại học"
    "|Bệnh viện|Hội đồng|Văn phòng|Kho bạc|Liên đoàn|Học viện|Trung tâm|Kiểm toán|Trường|Đảng|Quỹ|Hội|Báo|Đài(?! Loan)"
    "|Viện|Cục|Bộ|Sở|Vụ|Ban|Phòng"
)
# The second syllable of a word is small ("Tài nguyên"); these begin what the body did.
_VERBS_VI = (
    "và|của|đã|cho|có|là|với|tại|về|trong|được|sẽ|cũng|phối|yêu|đề|kết|tổ|báo|kiểm|ban|trình|phát|nhận|chủ|thực|tiếp"
    "|triển|bị|đang|khởi|xử|do|từ|đến|ở|theo|nêu|nói|vào|trên|ra|đưa|lập|quyết|giao|năm|hiện|để|nằm|tham|mới|liên|bằng"
    "|xuất|nhưng|như|khi|nếu|này|đó|trước|sau|lần|chưa|không|phải|cần|đánh|giải|thông|công bố|ký|họp|mở"
)
_PLAIN_VI = "nhân dân|cổ phần|trách nhiệm hữu hạn|TNHH|quản lý|điều tra|đa khoa|xã hội|khu vực"
_UNIT_VI = "tỉnh|huyện|thành phố|quận|xã|phường"
_WORD_VI = rf"[{UPPER}]\w*(?: (?!(?:{_VERBS_VI})\b)[a-zà-ỹđ]{{1,6}}(?!\w))?"
VIETNAMESE = re.compile(
    rf"(?:{_HEADS_VI})(?: (?:{_PLAIN_VI})(?!\w))*(?: (?:{_UNIT_VI})(?= [{UPPER}]))?"
    rf"(?:(?:(?: và|,)(?! (?:{_HEADS_VI})\b)| -)? {_WORD_VI})+"
    rf"(?: (?:{_UNIT_VI}|trung ương|cấp tỉnh|khu vực)(?: [{UPPER}]\w+){{0,3}})?"
)
HANGING_VI = re.compile(r"(?:[\s,-]|\bvà\b)+$")
