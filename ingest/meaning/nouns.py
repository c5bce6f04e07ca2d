"""What reports count and measure: a name for each thing under its words in English, French and Vietnamese.

Entries as in `contrasts`; English and French nouns in the singular, `lexicon` makes the rest. Only what is known here
is compared across languages; within one language any two nouns are.
"""

PERSON = "person"

PEOPLE = """
person: person, people, individual, human, man, men, woman, women, others; personne, individu, gens, homme, femme;
  người, cá nhân
defendant: defendant, accused, accused person, suspect; prevenu, accuse, mis en cause, mise en cause, personne mise en
  cause, inculpe, mis en examen, suspect; bị can, bị cáo
convict: convict; condamne; phạm nhân, người bị kết án
official: official, cadre, civil servant, public employee, public servant, officer, staff, personnel, employee;
  fonctionnaire, cadre, agent, responsable, agent public, employe, personnel; cán bộ, công chức, viên chức, cán bộ,
  công chức, nhân sự, nhân viên
party member: party member; membre du parti; đảng viên
member: member; membre; thành viên, ủy viên
delegate: delegate, deputy, participant; delegue, depute, participant; đại biểu
leader: leader; dirigeant; lãnh đạo, người đứng đầu
inspector: inspector; inspecteur, inspectrice; thanh tra viên
judge: judge; juge, magistrat; thẩm phán
lawyer: lawyer, attorney; avocat, avocate; luật sư
teacher: teacher; enseignant, professeur; giáo viên, thầy cô
pupil: pupil, student; eleve, etudiant; học sinh, sinh viên
worker: worker; travailleur, ouvrier; công nhân, lao động, người lao động
farmer: farmer; agriculteur, paysan; nông dân
death: death, fatality, dead, killed; mort, deces; người chết, ca tử vong
resident: resident, citizen, inhabitant; habitant, citoyen, resident; người dân, công dân, cư dân
victim: victim; victime; nạn nhân, bị hại
witness: witness; temoin; nhân chứng, người làm chứng
journalist: journalist, reporter; journaliste; nhà báo, phóng viên
"""
"""Who is counted: any of them are people, and one kind of them is no other."""

THINGS = """
case: case, lawsuit; affaire, dossier, proces; vụ án, vụ việc, vụ, án
incident: incident; incident; sự cố, vụ việc
file: file, dossier; dossier; hồ sơ
letter: letter, petition, complaint, denunciation; lettre, petition, requete, plainte, denonciation, courrier; đơn,
  đơn thư, thư, đơn khiếu nại, đơn tố cáo, khiếu nại, tố cáo, lá thư, lá đơn, lượt đơn
proposal: proposal, recommendation, suggestion; proposition, recommandation, suggestion; kiến nghị, đề xuất, đề nghị
party organisation: party organisation, party organization; organisation du parti; tổ chức đảng
organisation: organisation, organization; organisation, organisme; tổ chức
agency: agency, office, department, authority; agence, service, bureau, autorite, organisme, organe; cơ quan, sở,
  ngành
unit: unit; unite; đơn vị
committee: committee, commission; comite, commission; ban chỉ đạo, ban, ủy ban, cấp ủy
company: company, firm, enterprise, business; entreprise, societe, compagnie; doanh nghiệp, công ty
bank: bank; banque; ngân hàng
household: household, family; menage, foyer, famille; hộ, hộ dân, hộ gia đình, gia đình
inspection: inspection, audit, check; inspection, controle, audit, verification; cuộc thanh tra, cuộc kiểm tra, cuộc
  giám sát, thanh tra, kiểm tra, cuộc kiểm toán, lượt kiểm tra
investigation: investigation, inquiry, probe; enquete; cuộc điều tra, điều tra
dialogue: dialogue, dialog; dialogue; cuộc đối thoại, buổi đối thoại, đối thoại, cuộc tiếp xúc
session: session, sitting; session, seance; phiên họp, phiên, kỳ họp
meeting: meeting, conference; reunion, conference, rencontre, seance; cuộc họp, phiên họp, hội nghị, cuộc làm việc,
  buổi họp
project: project, scheme; projet; dự án, đề án, công trình
report: report; rapport, compte rendu; báo cáo
task: task, mission; tache, mission; nhiệm vụ
measure: measure, solution; mesure, solution; biện pháp, giải pháp
document: document, text; document, texte; văn bản, tài liệu
law: law, bill; loi; luật, dự án luật, đạo luật, bộ luật
decree: decree; decret; nghị định
resolution: resolution; resolution; nghị quyết
directive: directive; directive; chỉ thị
decision: decision, ruling; decision; quyết định
conclusion: conclusion; conclusion; kết luận
verdict: verdict, judgment, judgement, sentence; verdict, jugement, condamnation; bản án, phán quyết
trial: trial; proces; phiên tòa, phiên xét xử
violation: violation, breach, offence, offense, irregularity; violation, infraction, irregularite; vi phạm, sai phạm,
  hành vi, hành vi vi phạm, trường hợp vi phạm
crime: crime; crime, delit; tội phạm, tội
declaration: declaration, statement, disclosure; declaration; bản kê khai, kê khai, tờ khai
contract: contract; contrat, marche; hợp đồng
bid: bid, tender; offre, appel d'offres; gói thầu, hồ sơ dự thầu
account: account; compte; tài khoản
bridge: bridge; pont; cây cầu
road: road, street; route, rue; con đường, tuyến đường
vehicle: vehicle, car, truck; vehicule, voiture, camion; xe, ô tô, phương tiện, xe tải
school: school, kindergarten; ecole; trường, trường học, nhà trường
hospital: hospital, clinic; hopital, hopitaux, clinique; bệnh viện, phòng khám
court: court, tribunal; tribunal, tribunaux, cour; tòa án
country: country, nation; pays; quốc gia, nước
province: province; province; tỉnh, tỉnh, thành phố, tỉnh thành, địa phương
locality: locality; localite; địa phương
district: district; district; huyện, quận
commune: commune, ward, village; commune, quartier, village; xã, phường, thôn, làng
city: city, town; ville; thành phố, thị xã, thị trấn
article: article, story; article; bài, bài báo, bài viết
newspaper: newspaper, paper; journal, journaux; tờ báo, báo, cơ quan báo chí
vote: vote, ballot; voix, vote, suffrage; phiếu, phiếu bầu, lá phiếu
seat: seat; siege; ghế
course: course, class, training course; formation, cours, stage; lớp, khóa học, lớp tập huấn, khóa đào tạo
job: job, post, position; emploi, poste; việc làm, vị trí, chức danh
arrest: arrest; arrestation; vụ bắt giữ
conviction: conviction, sentence; condamnation; án phạt, bản án
group: group, team; groupe, equipe; nhóm, đoàn, tổ, tổ công tác, đoàn kiểm tra, đoàn thanh tra
"""

MEASURES = """
percentage points: percentage point, point; point de pourcentage, point; điểm phần trăm, điểm %
dong: dong, vnd, vietnamese dong; dong, vnd; đồng, vnd, đồng việt nam
dollars: dollar, us dollar, usd, $; dollar, usd, $; đô la, đô-la, usd, đô la mỹ, $
euros: euro, eur, €; euro, eur, €; euro, eur, €
pounds: pound, gbp, £; livre sterling, livres sterling, gbp, £; bảng anh, gbp, £
francs: franc, fcfa, cfa, xof, xaf, chf; franc, fcfa, cfa, xof, xaf, chf; franc, fcfa
hectares: hectare, ha; hectare, ha; héc-ta, hecta, ha
square metres: m2, square metre, square meter, sq m; m2, metre carre, metres carres; m2, mét vuông
square kilometres: km2, square kilometre, square kilometer; km2, kilometre carre, kilometres carres; km2, ki-lô-mét
  vuông, kilômét vuông
kilometres: km, kilometre, kilometer; km, kilometre; km, ki-lô-mét, kilômét, cây số
metres: metre, meter; metre; mét
cubic metres: m3, cubic metre, cubic meter; m3, metre cube, metres cubes; m3, mét khối
litres: litre, liter; litre; lít
kilowatt hours: kwh, kilowatt hour; kwh, kilowattheure; kwh
megawatts: mw, megawatt; mw, megawatt; mw
tonnes: tonne, ton; tonne; tấn
kilograms: kg, kilogram, kilo; kg, kilogramme, kilo; kg, ki-lô-gam, cân
years: year; an, annee; năm, tuổi
months: month; mois; tháng
weeks: week; semaine; tuần
days: day; jour, journee; ngày
hours: hour; heure, h; giờ, tiếng
minutes: minute; minute; phút
times: time, times; fois; lần
"""
"""What figures are in: one of these is no other, and nothing that is counted."""

CURRENCIES = {
    "$": "dollars", "us$": "dollars", "usd": "dollars", "€": "euros", "eur": "euros", "vnd": "dong", "₫": "dong",
    "£": "pounds", "gbp": "pounds", "chf": "francs", "ksh": "shillings", "kes": "shillings", "tsh": "shillings",
    "ush": "shillings", "¥": "yen", "₹": "rupees", "inr": "rupees",
}  # fmt: skip
"""What stands before a figure."""
