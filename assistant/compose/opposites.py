"""Actions that are one another's opposite: "88 cases were opened" does not answer "How many cases were closed?"."""

from __future__ import annotations

import re
from functools import lru_cache

from assistant.compose.candidates import numbers_of_what_is_asked
from assistant.compose.clauses import clause_of
from assistant.question import Query
from ingest.text.words import fold

# One row a pair: English; French; Vietnamese | the same of the opposite. Words as they are written, without accents but
# in Vietnamese, whose words are of two syllables. "Sent" is not here: what one sends another receives.
_TABLE = """
opened open opens opening prosecuted initiated; ouvert ouverte ouverts ouvertes; khởi tố, khai mạc, mở cửa
 | closed close closes closing shut; clos close closes ferme fermee fermes fermees cloture cloturee cloturees; đóng cửa, bế mạc, khép lại, đình chỉ
began begin begun started start; commence commencee debute; bắt đầu, khởi công
 | ended finished stopped completed; acheve achevee termine terminee; kết thúc, hoàn thành
planted plant; plante plantes plantee plantees; trồng mới, trồng được
 | felled; abattu abattus abattue abattues; chặt hạ, đốn hạ
built build; construit construite construits construites bati batie; xây dựng
 | demolished razed destroyed; demoli demolie demolis detruit detruite detruits; phá dỡ, tháo dỡ
appointed; nomme nommee nommes; bổ nhiệm
 | dismissed sacked removed; demis destitue revoque limoge; miễn nhiệm, cách chức, bãi nhiệm
approved accepted adopted; approuve approuvee adopte adoptee accepte acceptee; thông qua, phê duyệt, chấp thuận
 | rejected refused; rejete rejetee rejetes refuse refusee; bác bỏ, từ chối
increased rose grew; augmente hausse; tăng lên, gia tăng
 | decreased dropped declined; diminue baisse; giảm xuống, giảm đi
convicted sentenced; condamne condamnee condamnes; kết án, tuyên phạt
 | acquitted; acquitte acquittee acquittes relaxe; trắng án, vô tội
arrested detained; arrete arretee arretes; bắt giữ, tạm giam
 | released freed; libere liberee liberes relache; trả tự do
praised commended rewarded; felicite felicitee salue recompense; biểu dương, khen thưởng
 | criticised criticized reprimanded; critique critiquee critiques blame; phê bình, kiểm điểm
bought purchased; achete achetee achetes achetees; mua sắm, mua vào
 | sold; vendu vendue vendus vendues; bán ra, bán đi
admitted; admis admise; kết nạp
 | expelled; exclu exclue exclus; khai trừ
created established founded; cree creee crees etabli etablie fonde; thành lập
 | abolished dissolved; supprime supprimee dissous dissoute; giải thể, bãi bỏ
recovered; recupere recuperee recupere recouvre; thu hồi
 | lost; perdu perdue perdus; thất thoát
settled resolved answered; reglee reglees resolu resolue resolues; giải quyết xong, đã giải quyết
 | unsettled pending outstanding unresolved unanswered; suspens; tồn đọng, chưa giải quyết
"""  # noqa: E501

_YES_OR_NO = re.compile(
    r"^(?:is|are|was|were|did|does|do|has|have|had|will|est-ce|(?:\w+ )*\w+-(?:t-)?(?:ils?|elles?)\b|co phai)"
    r"|\bkhong\W*$"
)


def contrary(query: Query, text: str, language: str) -> bool:
    """Whether a sentence tells only the opposite of the action asked for; of a figure, in the clause of the number. Not
    of what is asked whether it is so: "Were cases closed?" is answered by what was opened."""
    if query.kind in ("comparison", "explanation") or not (pairs := _asked(query.text)):
        return False
    if query.kind == "fact" and _YES_OR_NO.search(fold(query.text)):
        return False
    numbers = numbers_of_what_is_asked(query, text, language) if query.kind == "figure" else []
    told = [clause_of(text, number) for number in numbers] or [text]
    return any(all(_holds(other, part) and not _holds(own, part) for part in told) for own, other in pairs)


@lru_cache(maxsize=256)
def _asked(question: str) -> tuple[tuple[re.Pattern[str], re.Pattern[str]], ...]:
    """The actions that a question asks for, each with its opposite."""
    return tuple(pair for pair in _pairs() if _holds(pair[0], question) and not _holds(pair[1], question))


def _holds(action: re.Pattern[str], text: str) -> bool:
    return bool(action.search(fold(text)))


@lru_cache(maxsize=1)
def _pairs() -> list[tuple[re.Pattern[str], re.Pattern[str]]]:
    """Each action with its opposite, both ways, as patterns over folded text."""
    pairs = []
    for row in re.split(r"\n(?! )", _TABLE.strip()):
        one, other = (_pattern(side) for side in row.split("|"))
        pairs += [(one, other), (other, one)]
    return pairs


def _pattern(side: str) -> re.Pattern[str]:
    english, french, vietnamese = side.split(";")
    words = [*english.split(), *french.split(), *(phrase.strip() for phrase in vietnamese.split(","))]
    return re.compile(r"\b(?:" + "|".join(sorted(map(fold, words), key=len, reverse=True)) + r")\b")
