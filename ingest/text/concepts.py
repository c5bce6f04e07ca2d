"""Words of the field that say the same, in three languages: reports are translated by machines, which "open",
"initiate" or "prosecute" the same case, and readers ask in a language of their own.

A text that says "khởi tố" holds the "prosecuted" of a question. Only what the field uses as synonyms is here; words
that are near but not the same ("tried", "investigated") stand apart.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise

from ingest.text.words import stem, words

# One row a concept: English; French; Vietnamese. Vietnamese words are of two syllables, and are looked for as such.
_TABLE = """
prosecuted prosecution opened initiated instituted indicted; ouvert ouverte poursuivi poursuites engagé; khởi tố
case cases; affaire affaires dossier dossiers; vụ án | vụ việc | số vụ
defendant defendants accused; prévenu prévenus accusé accusés inculpé inculpées mis en examen; bị can | bị cáo
tried trial trials; jugé jugés procès jugement; xét xử
investigated investigation investigations; enquête enquêtes instruction; điều tra
inspected inspection inspections inspect; inspection inspections inspecté; thanh tra
examined checked checks control controls; contrôle contrôles vérification vérifié; kiểm tra
audit audits audited; audit audits; kiểm toán
supervised supervision monitored monitoring monitor; surveillance suivi suivies surveillé; giám sát | theo dõi
disciplined discipline disciplinary sanctioned punished; sanctionné sanctions disciplinaire discipline; kỷ luật
official officials cadre cadres; cadre cadres responsable responsables; cán bộ
member members; membre membres; đảng viên | thành viên
recovered recovery recouped retrieved; recouvré récupéré recouvrement récupération; thu hồi
asset assets property; avoirs actif actifs biens patrimoine; tài sản
declaration declarations declared declare; déclaration déclarations déclaré; kê khai
letter letters petition petitions application applications; lettre lettres pétition pétitions requête; đơn thư
complaint complaints; plainte plaintes réclamation réclamations; khiếu nại
denunciation denunciations; dénonciation dénonciations; tố cáo
corruption corrupt anti-corruption; corruption anticorruption; tham nhũng
waste wastefulness wasteful; gaspillage; lãng phí
negativity negative; négativité négatif négatifs; tiêu cực
conference meeting; conférence réunion; hội nghị
chaired presided chair preside chairmanship; présidé présidait présidée présidence; chủ trì | chủ tọa
attended attend attendance participated; assisté participé participants; tham dự | dự hội
held organised organized; tenu tenue organisé; tổ chức | diễn ra
limitation limitations shortcoming shortcomings weakness; limites insuffisances lacunes faiblesses; hạn chế | yếu kém
task tasks; tâche tâches mission missions; nhiệm vụ
cause causes reason reasons; cause causes raison raisons; nguyên nhân
result results achievement achievements; résultat résultats; kết quả | thành tích
increase increased growth; hausse augmentation augmenté; tăng lên | gia tăng
decrease decreased decline declined; baisse diminution diminué; giảm xuống
propose proposed proposal recommended recommendation; proposé proposition recommandation; đề xuất | kiến nghị
report reported presented; rapport rapports présenté; báo cáo
citizen citizens; citoyen citoyens habitants; người dân | công dân | nhân dân
received handled processed dealt settled; traité reçu réglé; tiếp nhận | xử lý | giải quyết
province provincial; province provincial provinciaux; tỉnh ủy | cấp tỉnh
national nationwide country; national nationale pays; cả nước | toàn quốc
head heads headed director lead leads; chef dirige directeur; trưởng ban | đứng đầu
deputy vice; adjoint adjointe vice; phó trưởng
secretary; secrétaire; bí thư
replaced replace succeeded succeed appointed appointment; remplacé succédé nommé nomination; thay thế | bổ nhiệm
retired retire retirement; retraite retraité; nghỉ hưu
punishment sentence sentences sentenced; peine peines condamné; hình phạt | tuyên phạt
loss losses damage damages; perte pertes dommages préjudice; thiệt hại | thất thoát
land; terrain terrains foncier terres; đất đai
project projects; projet projets; dự án
training; formation; bồi dưỡng | tập huấn
education; éducation; giáo dục
integrity; intégrité; liêm chính
transparency transparent publicity published; transparence publié publication; công khai | minh bạch
""".strip()


@lru_cache(maxsize=1)
def _known() -> tuple[dict[tuple[str, str], frozenset[int]], dict[tuple[str, str], frozenset[int]]]:
    """(language, stem) → concepts, and for Vietnamese (syllable, syllable) → concepts."""
    single: dict[tuple[str, str], set[int]] = {}
    pairs: dict[tuple[str, str], set[int]] = {}
    for number, row in enumerate(_TABLE.splitlines()):
        english, french, vietnamese = row.split(";")
        for language, column in (("en", english), ("fr", french)):
            for word in words(column):
                if len(word) > 3:
                    single.setdefault((language, stem(word, language)), set()).add(number)
        for form in vietnamese.split("|"):
            first, second = words(form)
            pairs.setdefault((first, second), set()).add(number)
    return {k: frozenset(v) for k, v in single.items()}, {k: frozenset(v) for k, v in pairs.items()}


def concepts_of(row: Sequence[str], language: str) -> dict[str, frozenset[int]]:
    """Which of the stems of a text, given in a row, stand for concepts of the field: stem → numbers of concepts."""
    single, pairs = _known()
    if language == "vi":
        found: dict[str, frozenset[int]] = {}
        for one, other in pairwise(row):
            if numbers := pairs.get((one, other)):
                found[one] = found.get(one, frozenset()) | numbers
                found[other] = found.get(other, frozenset()) | numbers
        return found
    return {one: numbers for one in row if (numbers := single.get((language, one)))}


@lru_cache(maxsize=1_000)
def stems_for(one: str, language: str) -> frozenset[str]:
    """The stems that say the same as one, English and French; Vietnamese has no words that stand alone."""
    single, _ = _known()
    meant = single.get((language, one), frozenset())
    return frozenset(other for (_, other), numbers in single.items() if not meant.isdisjoint(numbers))


def concept_name(number: int) -> str:
    """The name of a concept: a word that stands for it in English."""
    return _names()[number]


@lru_cache(maxsize=1)
def _names() -> list[str]:
    return [words(row)[0] for row in _TABLE.splitlines()]
