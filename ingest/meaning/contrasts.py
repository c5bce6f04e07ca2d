"""Words that a faithful statement may not change for others, in English, French and Vietnamese: opposites, how many,
how sure, what is denied.

One entry a line, its further lines indented: a name, then the forms of each language, the languages apart by
semicolons; after a slash come the forms that say the contrary. English and French forms are folded; "*"
stands for any ending. `lexicon` looks them up.
"""

OPPOSITES = """
rise: increas*, rise, rises, risen, rose, rising, grow, grows, grew, grown, growing, growth, climbed, climbs, surg*,
  soar*, jumped, go up, goes up, went up, gone up, up from, up by, expand*; augment*, hausse*, accroi*, accru*,
  croissance, croit, progresse*, grimp*, bondi*; tăng, gia tăng, tăng lên, tăng thêm / decreas*, fall by, fall to,
  fall of, fall in, falls by, falls to, fell, fallen, falling, decline, declines, declined, declining, drop, drops,
  dropped, reduc*, diminish*, shrink*, shrank, shrunk, go down, goes down, went down, gone down, down from, down by,
  plung*; baiss*, diminu*, recul*, reduc*, redui*, chut*, decroi*, decru, repli; giảm, sụt giảm, suy giảm, giảm xuống,
  giảm bớt
more: more, higher, greater, larger, bigger; superieur*, plus eleve*, plus que, plus qu', davantage; nhiều hơn, cao
  hơn, lớn hơn / less, fewer, lower, smaller; inferieur*, moins, moindre*; ít hơn, thấp hơn, nhỏ hơn
before: before, prior to, ahead of; avant; trước khi, trước ngày, trước tháng, trước năm / after, following; apres, a
  la suite de; sau khi, sau ngày, sau tháng, sau năm
accept: accept*, approv*, adopt*, endors*, agree, agrees, agreed, granted; accept*, approuv*, adopt*, enterin*,
  accorde*; chấp nhận, phê duyệt, thông qua, đồng ý, chấp thuận, phê chuẩn, nhất trí / reject*, refuse*, refusing,
  turned down, turn down, veto*, disagree*, disapprov*; rejet*, refuse*, repouss*, desapprouv*, ecarte*; bác bỏ, từ
  chối, khước từ, bác đơn
convict: convict*, guilty, sentenced; condamn*, coupable*; kết án, kết tội, có tội, bị tuyên phạt / acquit*,
  exonerat*, innocent, cleared of; acquitt*, relaxe*, innocent*, disculp*; vô tội, trắng án, minh oan
uphold: uphold*, upheld, confirm*, affirm*; confirm*, maintien*, maintenu*; giữ nguyên, y án / overturn*, quash*,
  revers*, annul*, overrul*, set aside, revok*; annul*, casse*, infirm*, revoqu*; hủy, hủy bỏ, huỷ, huỷ bỏ
praise: praised, praises, commended, applaud*, hailed; felicit*, salue*, loue, louent, applaudi*; biểu dương, khen,
  khen ngợi, ca ngợi, đánh giá cao, hoan nghênh / critici*, complained, complains, condemned, condemns, denounce*,
  blame*, reprimand*, faulted; critiqu*, denonce*, blam*, reprimand*; phê bình, chỉ trích, lên án, khiển trách
open: open, opens, opened, opening, reopen*; ouvr*, ouvert*, rouvr*; khai mạc, mở cửa, mở / close, closed, closes,
  closure, closing, shut; ferm*, clotur*, clos; đóng cửa, đóng, bế mạc
begin: begin*, began, begun, start*, launch*, commenc*, initiat*; commenc*, debut*, lanc*, entam*, demarr*; bắt đầu,
  khởi động, khởi công, phát động / ended, ends, finish*, concluded, concludes, terminat*, ceas*, completed,
  completes, completion; termin*, achev*, cess*, prit fin, pris fin; kết thúc, hoàn thành, chấm dứt, hoàn tất
succeed: succeed*, success*; reussi*, succes; thành công / failed, failure*, fails, fail; echou*, echec*; thất bại
allow: allow*, permit*, authoris*, authoriz*; autoris*, permet*, permis; cho phép / ban, banned, bans, prohibit*,
  forbid*, forbade, forbidden; interdi*, prohib*; cấm, nghiêm cấm
strengthen: strengthen*, reinforc*, tighten*, consolidat*, bolster*, step up, stepped up, intensif*; renforc*,
  consolid*, intensifi*, durci*; tăng cường, siết chặt, củng cố, đẩy mạnh / weaken*, loosen*, relaxed, undermin*,
  slacken*; affaibl*, assoupl*, relach*; nới lỏng, suy yếu, làm yếu, buông lỏng
improve: improv*, better; amelior*, meilleur*, mieux; cải thiện, tốt hơn, chuyển biến tích cực / worsen*, worse,
  deteriorat*; aggrav*, empir*, deterior*, pire; xấu đi, tệ hơn, kém hơn
timely: early, on time, in time, promptly, prompt, quickly, swiftly, rapidly, fast, quick; tot, a temps, rapid*, vite,
  promptement, dans les delais; sớm, kịp thời, đúng hạn, nhanh, nhanh chóng / late, belated*, delay*, slow*, overdue,
  tardy; tard, tardi*, en retard, retards, retard, lent*; muộn, chậm, chậm trễ, trễ, quá hạn, trễ hạn
support: supports, supported, backed, in favour of, in favor of, favoured; soutient, soutenu*, soutiennent, en faveur
  de; ủng hộ, tán thành / oppos*, objected; oppos*; phản đối, chống đối
appoint: appointed, appoints, appointment, promoted, elected; nomm*, promu*, elu, elue, elus; bổ nhiệm, đề bạt /
  dismissed, dismisses, dismissal, sacked, removed from office, fired, demoted, ousted; revoqu*, limog*, destitu*,
  demis de; cách chức, miễn nhiệm, bãi nhiệm, cho thôi
arrest: arrest*, detain*, detention, imprison*, jailed; arrete*, incarcer*, emprison*, detenu*; bắt, bắt giữ, tạm
  giam, tạm giữ, bỏ tù / releas*, freed; liber*, relache*; thả, phóng thích, trả tự do
buy: buy, buys, bought, buying, purchas*; achet*, achat*; mua / sell, sells, sold, selling; vend, vendu*, vendent,
  vendre, vente*; bán
establish: establish*, created, creates, creation, set up, founded; cree*, creer, creation, instaur*; thành lập, thiết
  lập / abolish*, dissolv*, disband*, scrap*; supprim*, dissou*, aboli*; giải thể, bãi bỏ, xóa bỏ
comply: comply, complied, complies, compliance, compliant, obeyed; respecte*, conforme*; tuân thủ, chấp hành, đúng quy
  định / violat*, breach*, infring*, non-compliant, flout*; viol*, enfrein*, non conforme*; vi phạm, trái quy định,
  sai quy định
publish: publish*, disclos*; publi*, divulg*; công khai, công bố / hid, hide, hides, hidden, conceal*; cach*,
  dissimul*; che giấu, giấu
include: includ*; inclu*, y compris; bao gồm, kể cả / exclud*, except for; exclu*, excepte; loại trừ, ngoại trừ
strong: strong, stronger, strongest; fort, forte, forts, fortes; mạnh mẽ, mạnh / weak, weaker, weakest; faible*; yếu,
  yếu kém
present: attended, present; assiste*, present, presents; tham dự, có mặt / absent, missed; absent*; vắng mặt, vắng
complete: complete; complet*; đầy đủ / incomplete; incomplet*; thiếu sót, không đầy đủ, chưa đầy đủ
legal: legal, lawful; legal, legale, legaux; hợp pháp, đúng luật / illegal, unlawful; illegal*, illegaux; bất hợp
  pháp, trái pháp luật, trái luật
sufficient: sufficient, enough; suffisant*; đủ / insufficient; insuffisant*; không đủ, chưa đủ, thiếu
"""

EXCLUSIVE = """
time of day: morning*; matin, matinee; buổi sáng, sáng ngày, sáng nay, sáng / afternoon*; apres-midi; buổi chiều,
  chiều ngày, chiều nay, chiều / evening*; soir, soiree; buổi tối, tối ngày, tối nay
direction: north, northern; nord; phía bắc, miền bắc / south, southern; sud; phía nam, miền nam / eastern, east;
  l'est; phía đông, miền đông / western, west; ouest; phía tây, miền tây
instance: first instance; premiere instance; sơ thẩm / on appeal, appeal court, court of appeal; en appel, cour
  d'appel; phúc thẩm
"""
"""Words of which each excludes the others, where only one of them is spoken of."""

STRENGTHS = """
all: all, every, each, entire, entirely, whole, everyone, everybody, everything, always, completely, fully, totally;
  tous, toutes, tout le, toute la, chaque, l'ensemble, integralite, totalite, entier*, toujours, entierement,
  totalement; tất cả, mọi, toàn bộ, toàn thể, hoàn toàn, luôn luôn, luôn, đều
most: almost all, nearly all, almost every, most, majority, mostly, mainly, largely, usually, generally, chiefly,
  predominantly; presque tous, presque toutes, la plupart, majorite, surtout, principalement, generalement,
  essentiellement, en grande partie; gần như tất cả, hầu hết, phần lớn, đa số, đa phần, chủ yếu, hầu như
many: many, numerous, a lot, lots of, often, frequently, large number, great number; beaucoup, nombreu*, souvent,
  frequemment, un grand nombre; nhiều, rất nhiều, hàng loạt, không ít, thường xuyên, số lượng lớn
some: some, several, certain, a number of, various, sometimes, occasionally, at times, a part of, part of, partly,
  partially, in places, in part; certains, certaines, quelques, plusieurs, parfois, une partie, un certain nombre, en
  partie, partiellement, quelquefois; một số, vài, một vài, có lúc, có nơi, một bộ phận, đôi khi, một phần
few: few, rarely, seldom, a handful, hardly any; peu, rarement, une poignee; ít, hiếm, hiếm khi, số ít
only: only, solely, exclusively, sole, merely, nothing but; seulement, uniquement, exclusivement, seul, seule, seuls,
  seules, rien que; chỉ, duy nhất, chỉ có
"""
"""How many or how much."""

MODALS = """
to come: will, shall, ~would, 'll, is planned, are planned, planned for, is to, are to, going to, plans to, plan to,
  planned to, intend*, is expected to, are expected to, ~scheduled; ~va, ~vont, prevoi*, est prevu, est prevue, sont
  prevus, sont prevues, ~prevu*, ~compte, ~comptent, ~entend, envisag*, s'apprete*; sẽ, sắp, dự kiến, dự định, có kế
  hoạch
demanded: must, should, needs to, need to, has to, have to, had to, ought to, required to, is required, are required,
  ~asked to, ~asks, urged, urges, called on, called for, ~ordered, instructed, ~recommend*, ~propos*, ~request*,
  ~demanded, ~wants, ~want, ~wanted, ~suggest*, ~asked the, ~asked that, ~asked for, ~asked, ~tasked, ~hopes, ~hoped;
  doit, doivent, devra, devront, devrait, devraient, ~devait, ~devaient, il faut, faut, ~fallait, ~demande*, ~exige*,
  ~ordonn*, ~recommand*, ~propos*, ~invit*, ~souhait*, ~veut, ~veulent, ~voulait, ~suggere*, ~charge de, ~chargee de,
  ~espere*, ~appel*, ~somme; phải, ~không thể không, cần, cần phải, ~nên, ~yêu cầu, ~đề nghị, ~kiến nghị, ~kêu gọi,
  ~chỉ đạo, ~giao, ~mong, ~mong muốn, ~đề xuất, ~muốn, ~đòi hỏi
possible: ~can, may, might, ~could, possibly, perhaps, probably, likely, maybe, ~would, ~seem*, ~appears to, ~appeared
  to, ~appear to; ~peut, ~peuvent, peut-etre, pourrait, pourraient, probablement, vraisemblablement, ~semble*,
  ~aurait, ~auraient, ~serait, ~seraient; ~có thể, có lẽ, có khả năng, dường như, có vẻ, chắc là
alleged: alleged*, suspected, accused of, reportedly, allegation*, said to be, ~claimed, rumour*; presume*, soupconn*,
  accuse de, accusee de, accuses de, ~pretend*, allegu*, suspecte*; bị cáo buộc, ~nghi ngờ, bị nghi, được cho là, cáo
  buộc, ~nghi vấn, bị tố
tried: tried, attempt*, try, trying, sought, seek*, aim*, considering, considered, discussed, debated; tent*, essay*,
  cherch*, vise*, examine*, etudi*; cố gắng, nỗ lực, tìm cách, nhằm, xem xét, ~bàn, thảo luận
if: if, unless, whether, in case; si, a condition que, en cas de; nếu, giả sử
plan: plan, plans, task, tasks, goal*, target*, objective*, priorit*, direction*, program, programme, set to, about
  to, due to, ready to, intention*, potential*, call* for, advocat*, promise*, pledge*, vow*, expect*, hope*, unclear,
  future, next, coming, upcoming, expected, planned, necessary, essential, important, crucial, until; plan, plans,
  tache*, objectif*, priorit*, orientation*, programme, prochain*, avenir, futur*, attendu*, necessaire*, essentiel*,
  important*, indispensable*, sur le point de, intention*, potentiel*, promet*, promis, s'engage*; nhiệm vụ, mục tiêu,
  phương hướng, kế hoạch, ưu tiên, tới, sắp tới, tiếp theo, chương trình, cần thiết, quan trọng, chuẩn bị, hứa, cam
  kết, sẵn sàng
"""
"""How sure, and whether done. "~" marks forms that are also plain words ("petitions" are "kiến nghị"): they excuse a
statement that says the same, and never accuse one."""

FIRM = frozenset(("to come", "demanded", "possible", "alleged"))
"""Those of the `MODALS` that alone make a sentence one of what is not, or not yet, so."""

DENIALS = """
denial: no, not, never, none, nobody, nothing, nowhere, neither, nor, without, cannot, hardly, scarcely, barely, non;
  ne, n', pas, jamais, aucun, aucune, rien, sans, ni, non, nullement, guere; không, không phải, chưa, chẳng, chả,
  đừng, khong, chang
soft denial: failed to, fail to, fails to, failing to, failure to, refused to, refuse to, refuses to, refusal to,
  declined to, unable to, lack, lacks, lacked, lacking, absence of, neglected to, impossible to, unwilling to; manque
  de, manquent de, manquait de, refuse de, refusent de, refusait de, refus de, absence de, incapable*, faute de,
  impossible de, defaut de, omis de, neglige de, echoue a, manque a; từ chối, thiếu, phủ nhận
near denial: lack*, fail*, absen*, missing, missed, avoid*, prevent*, refus*, deny, denied, denies, doubt*, unable,
  stop*, impossible, exclu*, banned, forbid*, forbidden, reject*, rarely, seldom, ignor*, neglect*, lost, barr*,
  block*, halt*, except, other than, instead of, rather than, unlikely, far from, short of, unused, vacant, unpaid,
  unanswered, unsettled, unresolved, unfinished, unknown, unexplained, yet to; manqu*, absen*, evit*, empech*, refus*,
  dout*, rarement, impossible*, exclu*, interdi*, rejet*, faute de, incapable*, perdu*, ignor*, neglig*, sauf, plutot
  que, au lieu de, loin de, inutilise*, impaye*, inoccupe*, inacheve*, inexplique*, incomplet*, insuffisan*, inconnu*;
  thiếu, vắng, hiếm khi, tránh, ngăn, ngăn chặn, từ chối, nghi ngờ, cấm, bác bỏ, mất, thất bại, bỏ qua, né tránh, phủ
  nhận, thay vì, ngừng, dừng, dở dang
aside: not only, not just, not merely, not simply, not solely, not least, no less than, no fewer than, not less than,
  not fewer than, no more than, not more than, no later than, not later than, no matter, whether or not, or not, if
  not, not to mention, no sooner, without exception, why not, not until, cannot but, the most, at most, at all, after
  all, above all, all over, all along, most of all, close to, at best, as well, as well as, as much, so much, how
  much, how many, as many, no longer, each other, as long as, long term, long-term, a year earlier, the only way, if
  only, at the same time, the same time, last year, in order to, the following, as follows, look after, after that,
  let alone, public opinion, up to, public order, public security, public concern, public investment, public assets,
  public employee, public employees, the public, present the, present a, presented, for the most part, right of, all
  the same, half open, as soon as, well as, well known, poor people; non seulement, pas seulement, pas uniquement,
  sans precedent, pas moins de, pas moins d', sans cesse, sans relache, sans exception, ne serait-ce, sans que, non
  plus, n'est-ce pas, pas plus tard, sans tarder, sans delai, au moins, que prevu, du moins, d'abord, tout d'abord,
  tout de suite, tout a fait, tous les deux, toutes les deux, avant tout, long terme, le long, tout au long, en meme
  temps, un seul, une seule, ministere public, opinion publique, service public, services publics, fonds publics,
  ordre public, securite publique, s'il, si bien, aussi bien, compte rendu, comptes rendus, compte tenu, le compte,
  apres tout, a peu pres, peu a peu, un peu, peu de temps, d'un seul, les pas, le pas; không chỉ, không chỉ có, không
  những, không riêng, không ngừng, không dưới, không quá, không kém, không ít, không gian, không khí, hàng không,
  không quân, chưa từng có, không thể không, không khỏi, không phải không, hay không, hay chưa, có không, được không,
  không ngoại lệ, chỉ thị, đình chỉ, tôn chỉ, chứng chỉ, chỉ số, chỉ ra, chỉ định, chỉ tiêu, chỉ huy, chỉ trích, chỉ
  dẫn, chỉ rõ, địa chỉ, chỉ còn, cần cẩu, cần trục, cần câu, hơn dự kiến, vừa phải, lẽ phải, phải trái, cần thiết, cần
  cù, phải chăng, bên phải, không phải, có phải, yếu tố, chủ yếu, thiết yếu, tất yếu, trọng yếu, cốt yếu, mở rộng, mở
  ra, mở đầu, mở mới, nắm bắt, bắt nguồn, bắt buộc, giao lưu, bàn giao, giao thông, ngoại giao, giao dịch, giao ban,
  bàn tay, địa bàn, buôn bán, mua bán, chậm nhất, sớm nhất, nợ xấu, kém phát triển, sáng tạo, sáng kiến, sắp xếp,
  trong sáng, soi sáng, sáng suốt, sáng tỏ, chiều hướng, nhiều chiều, hai chiều, một chiều, ít nhất, ít nhiều, đi tới,
  hướng tới, đóng góp, đóng vai trò, đóng dấu, thiếu tướng, thiếu tá, thiếu niên, thiếu nhi, thiếu úy, đồng đều, đều
  đặn, sai phạm, mạnh dạn, lớn mạnh, sức mạnh, thế mạnh, vững mạnh, ban hành, lâu dài, kéo dài, nhiều hơn, tốt nghiệp,
  khó xử, bất động sản, chưa kể, bao nhiêu, nếu không, làm nên, trở nên, tạo nên, gây nên
"""
"""Words that deny; "soft" ones in other words ("failed to report" is "did not report"); "near" ones that may stand for
a denial; and "aside" where a word of any table says nothing of the kind ("not only", "at all")."""
