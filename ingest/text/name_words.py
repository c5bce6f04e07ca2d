"""The words by which people and bodies are told apart: folded, in English, French and Vietnamese."""

from __future__ import annotations

import re
from collections.abc import Iterable

from ingest.text.words import fold


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


def any_word(forms: Iterable[str], more: str = "") -> str:
    """A pattern for whole words, each form with its first letter plain; `more` is tried from a word's second letter on,
    and with it what French runs into the next word ("c'est", "qu'il").

    Letter first, then whether a word begins there, then what begins with that letter: the list as it stands, after a
    look behind, takes five times as long to search for.
    """
    by_letter: dict[str, list[str]] = {}
    for form in forms:
        by_letter.setdefault(form[0], []).append(form[1:])
    branches = "|".join(f"(?<={letter})(?:{'|'.join(rests)})" for letter, rests in sorted(by_letter.items()))
    if not more:
        return rf"[{''.join(sorted(by_letter))}](?<![\w’'-].)(?:{branches})(?![\w’'-])"
    return rf"[a-zà-ỹđ](?<![\w’'-].)(?:(?:{branches}|{more})(?![\w’'-])|(?<=[cjnsq])u?['’](?=\w))"


# Family names with their marks: written "Đảng", a word is no Đặng. Bare ones are these without marks.
FAMILY = _words(
    """an âu bạch bành bế biện bùi cái cao cầm cam chu chử châu chung cồ cù cung đàm đan đào đặng đậu đinh đoàn đỗ đồng
    đới dư dương điêu đổng giàng giáp hà hạ hàn hạng hầu hồ hoa hoàng hồng hứa huỳnh kha khổng khúc khuất kiều
    kim kông la lã lạc lại lâm lãnh lầu lê lều lò lỗ lô lộc lục lương lưu lữ lù ly lý ma mã mạc mai mạch mâu mùa nghiêm
    ngô ngụy nguyễn nhữ nhan nhâm ninh nông phạm phan phí phó phùng phương quách quan quàng quản rơ sầm sơn sùng tạ
    tẩn tăng thạch thái thẩm thân thào thi thiều thịnh tiêu tiết tô tôn tòng tống trà trần triệu trịnh trương từ tưởng
    uông vàng vi viên võ vũ vừ vương vưu xa y đèo lường sần hờ cư lừu lộ"""
)
# In writing without marks these are also common words at the head of a sentence or a title.
DOUBTFUL = _words("an do to the ba cai chung hoa ma mai quan phi pho la kim lai ha song son long cam hong phuong y ong")
# "Trưởng Ban Nội chính" without its marks, a ward named after a king: what starts so is no one.
# Family names too rare to be read in writing without marks, where they look like other words: "Tan Hoang Minh", a firm.
ONLY_MARKED = _words("tan thi thinh hoa hong cai dong son sam quan vien xa tu vang ba ro thu phi pho che tuong cam")
NO_NAME = re.compile(
    r"(?:truong (?:ban|phong|doan|dai|tieu|trung|khoa|bo)|dang (?:uy|bo|cong|vien)|ho chi minh|ha long|hoang sa"
    r"|truong sa"
    r"|thai binh duong|viet nam|phan thiet|phan rang|quy nhon|vu an|pho (?:ban|bi|chu|giam|truong|tong|thu|vien)"
    r"|vien (?:kiem|truong)|doan (?:thanh|kiem|dai)|quan (?:doi|uy|khu|su)|kim ngach|ly son|cao lanh|cao dang|an ninh"
    r"|hoang anh gia lai|tu (?:phap|lieu)|chu tich|chung (?:cu|khoan)|dong (?:chi|thap)|duong (?:sat|bo)|vi (?:pham"
    r"|tri))\b"
)

TITLES = _words(
    """mr mrs ms miss sir dame madam dr prof professor comrade comrades m mm mme mlle me maître maitre monsieur madame
    mademoiselle docteur ngài messieurs mesdames pr camarade camarades ông bà bác ong ts ths pgs gs bs
    ls ks pgs.ts gs.ts  hon rev
    messrs chí chi"""  # the last of "đồng chí"
)

_ROLES_EN = """head chief chair chairman chairwoman chairperson president director secretary minister premier member
    leader
    officer manager auditor inspector judge justice prosecutor attorney governor mayor commissioner ambassador professor
    spokesman spokeswoman spokesperson coordinator representative delegate treasurer lawyer analyst researcher economist
    editor engineer physician surgeon nurse founder co-founder partner comptroller controller ombudsman ombudswoman
    clerk
    councillor councilor councilman councilwoman senator rapporteur registrar rector dean principal superintendent
    captain colonel major lieutenant sergeant general adviser advisor counsel consultant ceo cfo coo cto cio expert
    specialist administrator trustee curator magistrate supervisor pharmacist defendant plaintiff appellant claimant
    respondent accountant investigator examiner actuary archivist librarian teacher headteacher headmaster headmistress
    scientist historian sociologist epidemiologist whistleblower undersecretary chancellor vice-chancellor
    vice-president vice-chair
    vice-chairman secretary-general director-general auditor-general attorney-general inspector-general consul envoy
    moderator convenor convener
    organiser organizer volunteer activist broker banker trader buyer contractor architect planner surveyor
    bishop archbishop pastor imam rabbi"""
_ROLES_FR = """chef cheffe directeur directrice president presidente vice-president vice-presidente secretaire ministre
    membre responsable maire prefet prefete procureur procureure juge magistrat magistrate inspecteur inspectrice
    auditeur auditrice verificateur verificatrice controleur controleuse rapporteur rapporteure delegue deleguee
    representant representante porte-parole conseiller conseillere professeur professeure medecin avocat avocate
    gouverneur gouverneure ambassadeur ambassadrice tresorier tresoriere commissaire coordinateur coordinatrice
    coordonnateur coordonnatrice gerant gerante doyen doyenne recteur rectrice greffier greffiere expert experte
    ingenieur ingenieure chercheur chercheuse economiste infirmier infirmiere pharmacien pharmacienne chirurgien
    chirurgienne administrateur administratrice fondateur fondatrice general generale colonel capitaine depute deputee
    senateur senatrice adjoint adjointe prevenu prevenue comptable architecte enseignant enseignante dirigeant
    dirigeante presidente-directrice president-directeur"""
_ROLES_VI = """bí thư(?: thứ nhất)?; tổng bí thư; phó bí thư(?: thứ nhất)?; ủy viên; (?:phó )?trưởng UNIT; phó trưởng;
    (?:phó )?chủ tịch(?: nước)?; (?:phó )?chủ nhiệm; phó chánh (?:án|thanh tra|văn phòng); phó viện trưởng;
    phó hiệu trưởng; phó tổng (?:giám đốc|thanh tra|kiểm toán|cục trưởng); bộ trưởng; thứ trưởng; cục trưởng;
    vụ trưởng; viện trưởng;
    hiệu trưởng; hạt trưởng; chi cục trưởng; tổng cục trưởng; kiểm toán trưởng; đội trưởng; điều dưỡng trưởng;
    kế toán trưởng; (?:phó )?giám đốc; tổng giám đốc; (?:phó )?thủ tướng; chánh (?:án|thanh tra|văn phòng|tòa);
    tổng thanh tra; tổng kiểm toán; thành viên; đại biểu; người phát ngôn; thẩm phán; kiểm sát viên; luật sư; bác sĩ;
    giáo sư; tiến sĩ; thạc sĩ; đại (?:tá|tướng|úy); thượng (?:tá|tướng|úy); trung (?:tá|tướng|úy);
    thiếu (?:tá|tướng|úy);
    thư ký; kiểm toán viên; thanh tra viên; đại sứ; chuyên gia; chuyên viên; bị cáo(?! buộc); nguyên đơn; nhà báo;
    kỹ sư; thường trực"""
_FORMS_VI = [
    plain.strip().replace("UNIT", "(?:ban|đoàn|phòng|khoa|ngành|tiểu ban|công an|thôn)")
    for form in _ROLES_VI.split(";")
    for plain in (
        (form.replace("(?:phó )?", ""), form.replace("(?:phó )?", "phó ")) if "(?:phó )?" in form else (form,)
    )
]
ROLE_VI = re.compile("|".join(_FORMS_VI))
"""With their marks: "đại sự", a great matter, is no "đại sứ", ambassador."""
ROLE = re.compile(
    any_word(
        [
            *(f"{word}[sx]?" for word in (*_ROLES_EN.split(), *_ROLES_FR.split())),
            *map(fold, _FORMS_VI),
        ]
    )
)
ROLE_WORDS = _words(_ROLES_EN) | _words(_ROLES_FR)

# What may stand before a role's own word: "acting deputy mayor", "ancien secrétaire", "nguyên Chủ tịch".
MODIFIERS = _words(
    """deputy vice acting interim former first second third permanent standing senior junior assistant associate chief
    executive managing general lead principal head co honorary outgoing incoming newly elected appointed current late
    retired then new external internal independent alternate full non-executive ex joint special regional national
    ancien ancienne nouveau nouvelle premier premiere deuxieme vice-premier haut haute grand grande feu future futur
    nguyen quyen dong chi tan cuu"""
)
ARTICLES = _words("the a an its his her their our this le la les l un une son sa leur notre cet cette du")

# In lower case these are other words ("ten major projects"), and some with a word after them even with a capital
# ("Major League").
TITLE_CASE = _words("major general premier principal partner")
ALONE = _words("major partner premier")

# A word in lower case, as written, that ends a role: what follows is what its holder did.
_VERBS = """is are was were be been being has have had will would can could may might shall should must do does did
    said says
    told tells led leads took takes gave gives made makes spoke speaks read reads held holds presides attends met
    meets went
    goes came comes saw sees found finds set sets put puts wrote writes asks calls adds notes explains stresses
    thanks urges
    warns opens closes joins presents announces who whom whose which that when where while because after before since
    until
    if as but or not also then there under among with by sent brought left kept began begins became becomes know knows
    according including during however than so
    ont est sont était étaient avait avaient sera seront fut furent préside dirige explique déclare estime indique
    souligne
    rappelle ajoute précise affirme annonce présente demande ouvre conclut qui que dont ou mais avec lors lorsque
    selon comme
    par après avant pendant depuis sans se ne dit prend remet salue invite regrette reconnaît propose assure confirme
    entouré
    entourée entourés entourées y
    đã đang sẽ được cho nêu nói do có dự đến ký trao làm là thì mà khi rằng nhưng vì cũng cùng vừa"""
_PHRASES = """phát biểu; chủ trì; nhấn mạnh; đề nghị; yêu cầu; kết luận; báo cáo; khẳng định; trình bày; điều hành;
    tham dự;
    đánh giá; ghi nhận; biểu dương; giải thích; thông báo; kiến nghị; chia sẻ; chu tri; phat bieu; cho biet;
    nhan manh; de nghi;
    yeu cau; ket luan; khang dinh; trinh bay"""
_AVOIR = r"a(?= (?:\w+(?:é|i|u|is|it|ert|ées?|és)|fait|tenu)\b)"  # French "a présidé", not English "of a committee"
_ENDINGS = r"(?!(?:etired|elated|ased|ixed)\b|(?:etr|ortr|xtr)ait|arfait|ouhait)\w{2,}(?:ed|ait|aient)"
VERB = re.compile(
    any_word([*_VERBS.split(), r"bị(?! cáo)", *(form.strip() for form in _PHRASES.split(";")), _AVOIR], more=_ENDINGS)
)

# Words a body's name ends (English) or begins with (French, Vietnamese).
BODIES_EN = _words(
    """commission committee subcommittee ministry department agency authority court tribunal bank company corporation
    university college council office inspectorate procuracy bureau board secretariat directorate division institute
    institution foundation association federation union organisation organization parliament assembly senate
    cabinet group fund trust hospital clinic school academy police treasury service services administration center
    centre
    chamber federation politburo society network embassy consulate alliance consortium registry delegation unit
    taskforce
    inc ltd llc plc corp gmbh jsc"""
)
BODIES_FR = _words(
    """commission comite ministere direction conseil cour agence tribunal banque societe compagnie universite office
    bureau secretariat inspection parquet autorite institut fondation association federation union organisation
    parlement assemblee senat groupe fonds hopital ecole academie police tresor service chambre ligue parti delegation
    mairie prefecture rectorat observatoire centre syndicat caisse cabinet departement front"""
)
# Before a body's word these are its own, though alone they are roles: "General Inspectorate", "Auditor General's
# Office".
BODY_MODIFIERS = _words("general auditor attorney premier prosecutor ombudsman inspector accountant")
# Bodies only with their capital: any office has a secretariat.
LONE_BODIES = frozenset({"Secretariat", "National Assembly"})
# At the head of a run these are no part of a body's name.
NO_BODY = _words(
    """the this that these those a an in on at of for from by with and or to as after before when while during since
    under according all every each some many most no both either his her its their our my your he she they we it
    former new last next two three four five six january february march april may june july august september october
    november december monday tuesday wednesday thursday friday saturday sunday meanwhile however mr mrs ms dr between
    le la les un une des du dans ce cette ces il elle selon pour par en au aux"""
)
BODIES_VI = _words(
    """ban bo so cuc vu vien uy toa tong chi cong truong benh ngan hoi van thanh kiem kho doan dang tinh lien hiep mat
    trung nha khu to nhom"""
)
# But for those that are first names too.
COUNTRIES = _words(
    """afghanistan albania algeria angola argentina australia austria bangladesh belgium brazil bulgaria
    burkina cambodia
     cameroon canada chile china colombia congo croatia cuba denmark egypt estonia ethiopia finland germany ghana greece
    guinea haiti hungary iceland indonesia iran iraq ireland italy japan kazakhstan kenya korea laos latvia lebanon
    libya lithuania malaysia mexico mongolia morocco mozambique myanmar nepal netherlands nigeria norway pakistan peru
    philippines poland portugal qatar romania russia rwanda senegal serbia singapore slovakia slovenia somalia spain
    sudan sweden switzerland syria taiwan tanzania thailand tunisia turkey uganda ukraine uruguay uzbekistan venezuela
    yemen zambia zimbabwe allemagne angleterre belgique bresil canada chine coree egypte espagne europe grece inde
    italie japon liban maroc mexique norvege pologne russie suede suisse tunisie turquie asia africa america england
    scotland wales britain"""
)
# No part of anyone's name.
NO_PERSON = (
    BODIES_EN | BODIES_FR | ROLE_WORDS | COUNTRIES | NO_BODY
    | _words(
        """the this that these those a an in on at of for from by with and or to as after before when while during since
        under according january february march april may june july august september october november december monday
        tuesday wednesday thursday friday saturday sunday janvier fevrier mars avril mai juin juillet aout septembre
        octobre novembre decembre lundi mardi mercredi jeudi vendredi samedi dimanche le la les un une des du de dans au
        aux pour par sur en et ce cette ces il elle ils elles leur nous vous he she it they we you i his her their our
        its all each every some many most no not but if so then there here what who how why where which
        central provincial municipal national federal regional local district city province state government public
        general people internal external affairs finance health education justice security development planning
        investment anti anti-corruption corruption standing permanent deputy vice supreme international european african
        asian american french english british vietnamese german chinese russian world united north south east west new
        annual report results review conference meeting resolution directive decree law plan program programme project
        league soccer football cup championship article section chapter table figure photo source annex part page
        news daily times online street road avenue
        boulevard square bridge river airport district ward commune village market park museum church hotel tower
        republic kingdom states nations communist socialist democratic viet vietnam hanoi paris france"""
    )
)  # fmt: skip
# Beside a name written like a person's they say that it is a street's, a school's, a firm's or a place's.
NAMED_AFTER = re.compile(
    r"(?:^|\W)(?:street|road|avenue|rue|boulevard|lycée|école|collège|hôpital|đường|phố|sân bay|cầu|trường|bệnh viện"
    r"|đại học|khu|chợ|đảo|sông|núi|hồ|đèo|cảng|học viện|giải thưởng|quảng trường)$",
    re.IGNORECASE,
)
FIRM_BEFORE = re.compile(
    r"(?:^|\W)(?:company|group|bank|société|groupe|banque|công ty|tập đoàn|ngân hàng|tnhh|cổ phần)$", re.IGNORECASE
)
FIRM_NEAR = re.compile(
    r"(?:công ty|tập đoàn|ngân hàng|bệnh viện|trường|khách sạn|nhà máy)(?: \w+){0,4} $", re.IGNORECASE
)
PLACE_BEFORE = re.compile(
    r"(?:^|\W)(?:district|province|commune|ward|ville|village|huyện|xã|phường|quận|tỉnh|thị trấn|thị xã|thành phố"
    r"|thôn|ấp"
    r"|in|at|à|tại|ở)$",
    re.IGNORECASE,
)
PLACE_AFTER = re.compile(
    r"\s+(?:[A-Z][a-z]+\s+)?(?:street|road|avenue|boulevard|square|district|province|commune|ward|city|town|village|county|company|group"
    r"|bank"
    r"|corporation|joint|university|hospital|school|airport|bridge|park|market|island|river|pass|port|award|prize"
    r"|law)\b",
    re.IGNORECASE,
)
