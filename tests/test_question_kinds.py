"""The kind of answer a question asks for, in three languages and on any subject."""

from __future__ import annotations

import pytest

from assistant.question.kinds import asks_for_a_place_name, asks_how_much_changed, kind_of, kind_of_side
from ingest.text.language import detect_language

QUESTIONS = {
    "figure": """
        How many new cases were opened in 2024?
        How many cases in 2023 versus 2024?
        How long did the siege last?
        How old was Mozart when he died?
        How far is the Moon from the Earth?
        How tall is the Eiffel Tower?
        How often are the Olympic Games held?
        How large is the population of Lagos?
        How much money was recovered?
        What percentage of petitions were settled?
        What is the population of Ghana?
        What was the total number of delegates?
        What is the average height of a giraffe?
        At what age did she retire?
        At what temperature does water boil?
        What is the boiling point of nitrogen?
        What does a new bridge cost?
        What was the final score of the 1998 final?
        What share of the budget went to schools?
        By how much did exports rise in 2023?
        What was the unemployment rate in 2010?
        Give me the number of inspections.
        What were the figures for the first half of 2024?
        In 1997, how many seats did Labour win?
        What is the distance between Hanoi and Hue?
        For how long was he in office?
        What did the report say about the number of cases?
        Combien d'affaires ont été ouvertes en 2024 ?
        Combien de temps a duré la guerre ?
        Quel âge avait Mozart à sa mort ?
        Quelle taille fait la tour ?
        Quelle est la population du Ghana ?
        Quel pourcentage des plaintes a été traité ?
        À quelle distance se trouve la Lune ?
        Quel est le nombre total de délégués ?
        Quelle était la température la plus basse ?
        Quel est le prix du billet ?
        De combien les exportations ont-elles augmenté ?
        Depuis combien de temps dirige-t-il le comité ?
        Quels sont les chiffres du premier semestre ?
        Năm 2024 có bao nhiêu vụ án được khởi tố?
        Nam 2024 Dak Lak to chuc bao nhieu cuoc doi thoai?
        Chiến tranh kéo dài bao lâu?
        Mặt Trăng cách Trái Đất bao xa?
        Có mấy vụ án được đưa ra xét xử?
        Tháp cao bao nhiêu mét?
        Ông ấy bao nhiêu tuổi?
        Bao nhiêu phần trăm đơn thư được giải quyết?
        Tổng số vụ án năm 2023 là bao nhiêu?
        Hội nghị kéo dài mấy ngày?
        Số vụ án năm 2024 tăng bao nhiêu so với năm 2023?
        How many goals did Pelé score in World Cups?
        What is the speed of light?
        How long is the Great Wall of China?
        How many people live in the city where the treaty was signed?
        What is the atomic number of carbon?
        What was the budget of the film?
        About how many refugees crossed the border?
        How fast can a cheetah run?
        For what amount was the company sold?
        What percent of the budget is spent on health?
        How much did the painting sell for?
        Combien de buts Pelé a-t-il marqués ?
        Quelle est la longueur du Nil ?
        Quelle est la vitesse de la lumière ?
        Quel a été le budget du film ?
        Sông Nile dài bao nhiêu km?
        Pelé ghi được bao nhiêu bàn thắng?
        Dân số của Lagos là bao nhiêu?
        Tỷ lệ đơn thư được giải quyết là bao nhiêu?
    """,
    "date": """
        When did the war end?
        In what year was the bridge built?
        What year did the club win its first title?
        On what date was the treaty signed?
        Which day was the conference held?
        In which century did printing reach Europe?
        Since when has the law been in force?
        What was the date of the conference?
        What time does the session begin?
        What is Marie Curie's date of birth?
        Until when does the programme run?
        Quand la conférence a-t-elle eu lieu ?
        À quelle date le traité a-t-il été signé ?
        En quelle année le pont a-t-il été construit ?
        Quel jour la réunion s'est-elle tenue ?
        Depuis quand la loi est-elle en vigueur ?
        À quelle heure commence la séance ?
        Hội nghị diễn ra khi nào?
        Chiến tranh kết thúc năm nào?
        Ngày nào hội nghị được tổ chức?
        Bao giờ luật có hiệu lực?
        Hội nghị bắt đầu lúc mấy giờ?
        Ông sinh vào năm bao nhiêu?
        Thế kỷ nào có máy in?
        hoi nghi dien ra khi nao?
        What year was the Suez Canal opened?
        When did Portugal join the European Union?
        On what day did the trial begin?
        What was the release date of the album?
        Which century saw the rise of the novel?
        The bridge was completed in what year?
        En quelle année est mort Napoléon ?
        Quand le Portugal a-t-il rejoint l'Union européenne ?
        Quelle est la date de sortie de l'album ?
        Le pont a été achevé en quelle année ?
        Kênh đào Suez được mở vào năm nào?
        Bồ Đào Nha gia nhập Liên minh châu Âu khi nào?
    """,
    "person": """
        Who wrote the novel?
        To whom was the letter addressed?
        Whose idea was it?
        Which president signed the act?
        What was the name of the king who lost the battle?
        By whom was the conference chaired?
        When Lenin died, who succeeded him?
        Can you tell me who chaired the meeting?
        Name the officials who attended.
        Which player scored the most goals?
        Who was president when the wall fell?
        Qui a présidé la conférence ?
        Qui est le chef de la commission ?
        À qui la lettre était-elle adressée ?
        Par qui le rapport a-t-il été présenté ?
        Quel président a signé la loi ?
        Quel est le nom du secrétaire du comité ?
        Comment s'appelle le directeur de l'école ?
        Ai chủ trì hội nghị?
        Ai đã viết cuốn tiểu thuyết này?
        Trưởng Ban Nội chính Trung ương là ai?
        Người nào phát biểu tại hội nghị?
        Tổng thống nào ký đạo luật?
        Bài hát do ai sáng tác?
        ai chu tri hoi nghi o dak lak?
        Tên của thủ tướng đầu tiên là gì?
        Who was the first woman to win a Nobel Prize?
        Which French king was known as the Sun King?
        What was the name of the general who led the army?
        Who painted the ceiling, and who paid for it?
        Whom did she marry?
        The theory was proposed by whom?
        Quel roi a fait construire le château ?
        Qui a peint le plafond ?
        Avec qui s'est-elle mariée ?
        Quel joueur a marqué le plus de buts ?
        Ai là vua đầu tiên của nhà Lý?
        Bức tranh này do ai vẽ?
    """,
    "place": """
        Where was the treaty signed?
        In which country is the volcano?
        What city hosted the games?
        Which province reported the most cases?
        What is the capital of Mongolia?
        Where did the man who invented dynamite live?
        From where did the delegates follow the conference?
        What countries border Chad?
        Où s'est tenue la conférence ?
        Où est né Victor Hugo ?
        Dans quelle ville se trouve le musée ?
        Quelle province compte le plus d'affaires ?
        Quelle est la capitale de la Mongolie ?
        Hội nghị diễn ra ở đâu?
        Tỉnh nào có nhiều vụ án nhất?
        Núi lửa nằm ở nước nào?
        Thủ đô của Mông Cổ là gì?
        Ông sinh ra tại đâu?
        In what city is the Prado museum located?
        Where does the Danube end?
        What country did the explorer sail from?
        Which countries are members of the council?
        What is the location of the headquarters?
        Dans quel pays se trouve le Kilimandjaro ?
        Où se termine le Danube ?
        Bảo tàng Louvre nằm ở thành phố nào?
        Ông ấy đến từ đâu?
        Thủ môn của đội tuyển là người nước nào?
    """,
    "list": """
        What are the six key tasks?
        Which bodies were inspected?
        List the members of the committee.
        Name three causes of the war.
        What tasks were set for 2025?
        Which measures did the committee propose?
        Quelles sont les tâches pour 2024 ?
        Quels sont les organes inspectés ?
        Citez trois causes de la guerre.
        Liệt kê các nhiệm vụ của năm 2024.
        Những nhiệm vụ nào được đặt ra cho năm 2025?
        Hội nghị bàn những gì?
        Kể tên ba nguyên nhân của chiến tranh.
        Các cơ quan nào bị kiểm tra?
        What are the symptoms of measles?
        What three colours are on the flag?
        Quels sont les symptômes de la rougeole ?
        Triệu chứng của bệnh sởi gồm những gì?
    """,
    "explanation": """
        Why did the empire fall?
        How did the committee handle the case?
        How is steel made?
        How does photosynthesis work?
        What caused the fire?
        What was the reason for the delay?
        How can officials avoid this?
        Explain the asset declaration procedure.
        Why did a number of officials resign?
        How did climate change affect rice farming?
        Pourquoi les avis sont-ils venus tard ?
        Comment fabrique-t-on l'acier ?
        Quelle est la cause de l'incendie ?
        Pour quelle raison la séance a-t-elle été annulée ?
        Vì sao kết luận giám định bị chậm?
        Tại sao đế chế sụp đổ?
        Thép được làm ra như thế nào?
        Nguyên nhân của vụ cháy là gì?
        Quang hợp diễn ra thế nào?
        tai sao ket luan giam dinh bi cham?
        How do vaccines work?
        Why is the sky blue?
        How did the Roman Empire fall?
        What was the purpose of the mission?
        How does one apply for asylum?
        Comment fonctionnent les vaccins ?
        Pourquoi le ciel est-il bleu ?
        Vắc xin hoạt động như thế nào?
        Tại sao bầu trời màu xanh?
        Vì sao đoàn kiểm tra yêu cầu làm rõ?
    """,
    "comparison": """
        What is the difference between mitosis and meiosis?
        How did the number of cases change from 2022 to 2023?
        Compare the two half-years.
        How has the law changed since 2018?
        How does the new directive differ from the old one?
        Were there more cases in 2024 than in 2023?
        Did the number of cases increase or decrease?
        What changed between 2022 and 2024?
        New cases in 2023 vs 2024
        How do the results of 2024 compare with those of 2023?
        Is Nghe An larger than Dien Bien?
        Quelle est la différence entre la mitose et la méiose ?
        Comparez les résultats de 2023 et de 2024.
        Comment le nombre d'affaires a-t-il évolué entre 2022 et 2023 ?
        Quelle est l'évolution du nombre d'affaires par rapport à 2023 ?
        En quoi la nouvelle directive diffère-t-elle de l'ancienne ?
        Les affaires de 2024 par rapport à celles de 2023 ?
        So sánh kết quả năm 2023 và năm 2024.
        Nguyên phân và giảm phân khác nhau ở điểm nào?
        Số vụ án năm 2024 tăng hay giảm so với năm 2023?
        Số vụ án thay đổi như thế nào từ năm 2022 đến năm 2023?
        Luật mới khác gì luật cũ?
        Số vụ án ở Hà Nội có nhiều hơn ở Đà Nẵng không?
        so vu an nam 2024 tang hay giam so voi nam 2023?
    """,
    "fact": """
        What was the name of the ship?
        Which team won the cup in 2014?
        What did the Central Steering Committee decide?
        What happened when the dam broke?
        Tell me about the six key tasks.
        Did Trac and Thuong both attend?
        What is the phone number of the committee?
        What is photosynthesis?
        Which company built the tower?
        What does the report say about Nghe An?
        Is there more than one steering committee?
        Was the law passed when the king was alive?
        What is the name of the river that crosses Paris?
        What process turns sugar into alcohol?
        Quel est le nom du fleuve qui traverse Paris ?
        Que dit le rapport sur Nghe An ?
        Qu'a décidé le comité ?
        Quelle équipe a gagné la coupe ?
        Qu'est-ce que la photosynthèse ?
        Quel est l'animal qui court le plus vite ?
        Qu'est-ce qui a été décidé ?
        Cái gì gây ra hiện tượng này?
        Đội nào vô địch năm 2014?
        Hội nghị quyết định điều gì?
        Con sông chảy qua Paris tên là gì?
        AI là gì?
        Báo cáo nói gì về Nghệ An?
        What instrument did Miles Davis play?
        What is the longest river in Africa called?
        Which element has the symbol Fe?
        What does DNA stand for?
        What team did he play for after leaving Ajax?
        What was the name of the ship that sank in 1912?
        What language is spoken in Brazil?
        What did the author receive in 1954?
        What kind of animal is a manatee?
        To which party did the minister belong?
        In what language was the book written?
        What law was passed when the president resigned?
        What is the main cost driver in steel making?
        What type of government does Monaco have?
        Which of the following is a mammal?
        What award did she win?
        Quelle langue parle-t-on au Brésil ?
        De quel instrument jouait-il ?
        Que signifie ADN ?
        Quel parti a remporté les élections ?
        À quel parti appartenait le ministre ?
        Quel est le titre du livre que l'auteur a publié en 1954 ?
        Nguyên tố nào có ký hiệu Fe?
        Người Brazil nói tiếng gì?
        Loài động vật nào chạy nhanh nhất?
        Đảng nào thắng cử?
        Tên của con tàu chìm năm 1912 là gì?
        Thế nào là tham nhũng?
        Đảng viên vi phạm bị xử lý gì?
    """,
}
ASKED = [(kind, line.strip()) for kind, lines in QUESTIONS.items() for line in lines.strip().splitlines()]


@pytest.mark.parametrize(("kind", "question"), ASKED)
def test_the_kind_of_answer(kind: str, question: str) -> None:
    assert kind_of(question, detect_language(question)).kind == kind


@pytest.mark.parametrize("language", ["en", "fr", "vi", "de", "th"])
@pytest.mark.parametrize(
    ("kind", "question"),
    [("figure", "Bao nhiêu vụ án?"), ("date", "Quand a-t-elle eu lieu ?"), ("person", "Who chaired it?")],
)
def test_a_question_is_understood_in_whatever_language_it_was_taken_to_be(
    language: str, kind: str, question: str
) -> None:
    assert kind_of(question, language).kind == kind


def test_a_language_without_patterns_asks_for_a_fact() -> None:
    assert kind_of("Wie heißt der Minister?", "de").kind == "fact"
    assert kind_of("谁主持了会议?", "zh").kind == "fact"


@pytest.mark.parametrize(
    ("side", "kind"),
    [
        ("How did the number of cases change in 2022?", "figure"),
        ("Were there more cases in 2024?", "figure"),
        ("What is the Inspection Commission?", "fact"),
        ("The difference in 2023?", "fact"),
        ("Số vụ án năm 2024 tăng hay giảm?", "figure"),
    ],
)
def test_a_side_of_a_comparison_asks_for_what_is_compared(side: str, kind: str) -> None:
    assert kind_of_side(side, detect_language(side), "comparison").kind == kind


@pytest.mark.parametrize(
    ("question", "how_much"),
    [
        ("By how much did exports rise in 2024 compared with 2023?", True),
        ("Số vụ án tăng bao nhiêu so với năm 2023?", True),
        ("De combien les affaires ont-elles augmenté ?", True),
        ("How many cases were there in 2023 and 2024?", False),
    ],
)
def test_a_change_itself_may_be_asked_for(question: str, how_much: bool) -> None:
    assert asks_how_much_changed(question) is how_much


def test_only_a_province_or_district_must_be_named_by_its_name() -> None:
    assert asks_for_a_place_name("Which province reported the most cases?")
    assert asks_for_a_place_name("Tỉnh nào có nhiều vụ án nhất?")
    assert not asks_for_a_place_name("Which city hosted the games?")  # no list of the world's cities to check by


@pytest.mark.parametrize(
    ("question", "spent", "kept"),
    [
        ("How many new cases were opened?", {"how", "many"}, "cases"),
        ("How did the number of cases change from 2022 to 2023?", {"number", "change"}, "cases"),
        ("How many petitions versus complaints?", {"versus"}, "petitions"),
        ("What is the population of Ghana?", set(), "population"),
    ],
)
def test_the_words_that_ask_are_told_from_what_is_asked(question: str, spent: set[str], kept: str) -> None:
    words = kind_of(question, "en").words
    assert spent <= words
    assert kept not in words
