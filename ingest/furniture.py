"""Lines that are furniture by their own words: what sites, agencies and mail programs put around a report.

All patterns but those of names read folded text (lower case, no accents), in English, French and Vietnamese. A
pattern holds for a whole line only, and shuns what could begin a sentence: "Share this article", not "Share of cases".
"""

from __future__ import annotations

import re

LONGEST = 320
"""Code points; a longer block is report, whatever it begins with."""


def _whole(*patterns: str) -> re.Pattern[str]:
    return re.compile("(?:" + "|".join(patterns) + r")\s*")


# -- dates --------------------------------------------------------------------------------------------------

_MONTH = r"(?:jan|feb|fev|mar|apr|avr|may|mai|jun|juin|jul|juil|aug|aou|sep|oct|nov|dec)[a-z]*\.?"
_DATE = (
    rf"(?:\d{{4}}-\d\d?-\d\d?|\d\d?\s?[/.-]\s?\d\d?\s?[/.-]\s?\d{{4}}|\d\d?(?:st|nd|rd|th|er)? {_MONTH},? \d{{4}}"
    rf"|{_MONTH} \d\d?(?:st|nd|rd|th)?,? \d{{4}}|\d\d? thang \d\d?(?:,| nam)* \d{{4}})"
)
_WEEKDAY = (
    r"(?:(?:mon|tues|wednes|thurs|fri|satur|sun)day|mon|tue|wed|thu|fri|sat|sun"
    r"|(?:lun|mar|mercre|jeu|vendre|same)di|dimanche|thu (?:hai|ba|tu|nam|sau|bay|[2-7])|chu nhat)"
)
_CLOCK = (
    r"(?:[\s,;:|·•–—()-]|\d\d?\s?[:h]\s?\d{0,2}(?::\d\d|min)?|(?:on|at|le|a|luc|ngay|am|pm|gmt|utc|ict)\b|[+-]\d\d?)*+"
)
_STAMP = rf"{_CLOCK}(?:{_WEEKDAY}{_CLOCK})?(?P<date>{_DATE}){_CLOCK}"
_UPDATED = (
    r"(?:last )?(?:updated|modified)|mise? a jour|modifiee?|derniere (?:mise a jour|modification)|(?:ngay )?cap nhat"
)
_PUBLISHED = (
    r"(?:first )?(?:published|posted)|publiee?|date de publication|mise? en ligne|(?:ngay |duoc )?(?:dang|xuat ban)"
)
_SIGNING = r"(?:\s?\b(?:online|in|by|par|boi|dans) [^.!?]{1,40}?)?"
DATED = re.compile(
    rf"(?:[^.!?:]{{2,30}} [|-] )?(?:(?P<published>{_PUBLISHED})|{_UPDATED}){_SIGNING}{_STAMP}{_SIGNING}"
    rf"(?:(?:et |and )?(?:{_UPDATED})[^.!?]{{0,60}}|\d+ min.{{0,20}})?"
)
"""A line that says when the page was published or updated."""
SIGNED_DATE = re.compile(rf"(?P<names>[^\d:]{{2,40}}?)\s*(?:[•|·]|[–-](?=.*\d[:h]\d)){_STAMP}")
"""A reporter's name and a day: "PV • 28/01/2025 08:22"."""
BARE_DATE = re.compile(rf"{_STAMP}(?:(?:{_UPDATED})[^.!?]{{0,50}})?")
"""A line that is nothing but a day and perhaps an hour: near the top, a page's; further down, a chronology's."""
PLACED_DATE = re.compile(rf"[a-z'.-]+(?: [a-z'.-]+){{0,3}}, (?:ngay |le |the )?(?P<date>{_DATE})\s*(?:$|[-–—(])")
"""A dateline: "Hanoi, 22 May 2024", alone or before the first words."""

# -- lines --------------------------------------------------------------------------------------------------

_NETS = (
    r"(?:facebook|twitter|zalo|linkedin|whatsapp|telegram|e-?mail|courriel|pinterest|messenger|mastodon|bluesky"
    r"|instagram|youtube|tiktok|copy link|copier le lien|sao chep(?: lien ket)?|print|imprimer|in bai(?: viet)?|share)"
)
_SHARE = r"(?:share|partager|chia se|tweet|print|imprimer|in bai(?: viet)?|gui email|in trang)"
OPENER = _whole(
    r"related(?: (?:news|articles?|stories|posts|content|topics|reports?|reading))?\s*:?|trending(?: now)?|read next:?",
    r"(?:recommended|more|other|similar|latest) (?:news|articles?|stories|posts)\s*:?|read more:?",
    r"(?:most (?:popular|read|viewed)|you (?:may|might) also like|editor['’]s picks|see also)\s*:?",
    r"(?:a lire aussi|lire aussi|a voir aussi|les plus lus|sur le meme (?:sujet|theme)|dans la meme rubrique)\s*:?",
    r"articles? (?:similaires?|lies?|connexes?)\s*:?|(?:tin|bai(?: viet)?) lien quan\s*:?",
    r"(?:tin |bai )?cung (?:chuyen muc|chu de)\s*:?|(?:cac )?tin (?:khac|moi|moi nhat|noi bat|cu hon|doc nhieu)\s*:?",
    r"(?:doc|xem) nhieu(?: nhat)?|(?:doc|xem|tham khao) them:?|(?:co the )?ban quan tam",
)
"""A line that opens a list of other pages' headlines."""
ALWAYS = _whole(
    # where it comes from
    r"source\s*:.*|source|nguon\s*:.*|nguon|sources?\s*:\s*http.*|https?://\S+",
    r"(?:nhom )?pv|bbt|\(?ttxvn\)?|\(?theo (?:ttxvn|tap chi .{1,40}|(?:bao (?!cao\b|chi\b)|vietnam|vn)[^.]{1,40})\)?",
    # what readers say
    r"(?:comments?|commentaires?|binh luan|y kien)\s*\(\d+\)|binh luan|\d+ (?:comments?|commentaires?|binh luan)",
    r"\d+ (?:thoughts?|responses?|replies) (?:on|to) [“\"«'‘].{1,120}|leave a (?:comment|reply)|laisser un commentaire",
    r"(?:de lai|gui|viet|xem them) (?:y kien|binh luan)|reagir(?: a cet article)?",
    r"\d+ (?:comments?|commentaires?)\s*:|(?:no|0|aucun|khong co) (?:comments?|commentaire|binh luan)(?: yet)?",
    r"be the first to comment\W?|please join the discussion\W?|liked by \d+ people|[\w.]+ said\W{3}",
    r"get every new post delivered .{1,40}|join [\d,.]+ other (?:followers|subscribers).{0,20}|connecting to %s",
    r"please log in using one of .{1,60}|you are commenting using your .{1,80}",
    r"your e-?mail address will not be .{1,80}",
    # sharing
    rf"{_SHARE}(?:\s*[:|·•/].{{0,80}})?|{_NETS}(?:[\s|/,·•-]+(?:{_NETS}|x|in))+",
    rf"{_SHARE} (?:this|cet(?:te)?|l['’]|bai (?:viet|bao|nay)|trang|page|article|story)[^.\d]{{0,60}}",
    rf"{_SHARE} (?:on|sur|via|by|par|len|tren|qua) (?:{_NETS}|x|social|les reseaux|mang xa hoi)\b[^.\d]{{0,60}}",
    r"(?:click|cliquez|nhan|bam) (?:here )?(?:to|pour|de|ici pour) (?:share|partager|chia se|print|imprimer).{0,80}",
    r"(?:follow us|suivez[- ]nous|theo doi chung toi)\b(?! through).{0,80}|suivez (?:toute )?l['’]actualite .{0,80}",
    r"like this:|j['’]aime ca\s*:|thich bai nay|loading\W{0,3}|chargement\W{0,3}",
    # where it is filed, and what else to read
    r"(?:tags?|keywords|mots[- ]cles|tu khoa|etiquettes?|filed under)\s*:.*|(?:#[^\W\d]\w*[\s,]*)+",
    r"(?:posted|filed) in [^.]{1,80}|tagged [^.]{1,80}",
    r"(?:read more|see also|a? ?lire aussi|a lire|voir aussi|xem them|doc them|tham khao them)\b(?! than\b).{0,160}",
    r"(?:read (?:the )?)?full (?:article|story)(?: (?:at|on|here)\b.{0,60})?|related\s*:.{0,160}|lire la suite.{0,40}",
    # pictures
    r"(?:(?:file )?photos?|screenshot|anh|anh minh hoa|legende|credits? ?photos?|photo credits?|do hoa)"
    r"(?:\s*[:.]|\s+[–-]\s).{0,200}|(?:photo|illustration|graphics?) (?:by|courtesy)\b[^.]{1,60}",
    r"(?:image|illustration)\s*:\s*[^.]{1,60}|\[(?:caption|legende|anh)\b.{1,160}\]",
    r"(?:tin|bai|textes?|words|news)(?: et|,| va| and|/|-) ?(?:photos?|anh)\s*:.{1,60}",
    r"[^.!?]{0,150}\.(?:jpe?g|png|gif|webp|svg)|(?:featured image|image (?:mise en avant|a la une))\b.{0,200}",
    r"[^.!?]{0,120}\((?:clic|cliquez|click)\b[^)]{0,20}image[^)]{0,20}\)",
    r"(?:translat(?:or|ion|ed by)|traduction|nguoi dich|bien dich)\s*:[^.\d]{2,70}",
    # rights
    r"(?:©|\(c\)\s*(?:copyright|(?:19|20)\d\d)).{1,160}|copyright\s*(?:$|[:©(\d]|by\b).{0,160}",
    r"(?:all rights|tous droits) reserve[ds](?: (?:by|to|a) [^.]{1,40})?\W*|purchase licensing rights",
    r"(?:giu ban quyen|ban quyen (?:thuoc|cua|©)|ghi ro nguon|chiu trach nhiem (?:noi dung|xuat ban)\s*:).{0,120}",
    r"(?:proudly |fierement )?(?:powered by|propulse par) (?:wordpress|blogger|drupal|joomla|ghost|wix|spip).{0,30}",
    # the page itself
    r"(?:page|trang|p\.)\s*\d+(?:\s*(?:of|/|sur|de|tren)\s*\d+)?|[-–—]\s*\d{1,4}\s*[-–—]|[\W_]+",
    r"(?:read(?:ing)? time|temps de lecture|thoi gian doc)\b.{0,20}|\d+[ -]?min(?:ute)?s?(?: de lecture| read)",
    r"(?:listen to|ecouter|nghe) (?:this|cet|l['’]|bai) ?(?:article|story|episode|viet|bao|nay)?|version mobile",
    r"(?:luot (?:xem|doc)|views|vues)\s*:\s*[\d., ]+|co chu\b.{0,20}|print this page|len dau trang|bai (?:truoc|sau)",
    r"skip to (?:main )?content|aller au contenu(?: principal)?|toggle navigation|back to top|retour en haut",
    r"(?:home|accueil|trang chu)\s*[>/»›|].{1,140}|(?:previous|next) (?:article|post)|article (?:precedent|suivant)",
    r"(?:we|this (?:web)?site|nous)\b.{0,12} (?:uses?|utilisons) (?:des )?cookies\b.*|accept all(?: cookies)?",
    r"tout accepter|was this (?:page|article) helpful.{0,20}",
    r"(?:updated |published |cap nhat )?\d+ (?:minutes?|hours?|days?|weeks?|months?) ago|\d+ (?:phut|gio|ngay) truoc",
    # what is for sale
    r"advertisement(?:\s*[·|:-].{0,40})?|quang cao|publicite|la suite apres (?:la|cette) publicite",
    r"sign up (?:for|to) (?:our|the (?:\w+ ){0,2}newsletter|get|receive)\b[^.]{0,80}\.?|newsletter|s['’]abonner",
    r"subscribe(?: (?:now|today|to (?:our|the))\b[^.]{0,80}\.?)?|abonnez[- ]vous\b.{0,80}",
    r"inscrivez[- ]vous a (?:notre|la) (?:newsletter|lettre)\b.{0,60}|(?:for )?immediate release",
    r"dang ky nhan (?:ban )?tin.{0,60}|(?:[^.]{0,40} )?(?:reserve|accessible)e?s? (?:\w+ )?aux abonnes\.?",
    # agencies and mail
    r"\(?reporting by [^.]{1,90}[;,] ?(?:additional|editing|writing)\b.{1,90}|our standards:.{1,80}",
    r"\((?:reporting|edited|translated|compiled) by [\w.]+(?: [\w.]+){0,3}\)",
    r"sent from my .{1,30}|gui tu (?:iphone|ipad|dien thoai)\b.{0,30}|envoye de mon .{1,30}",
    r"this e-?mail\b.{0,100}\b(?:intended (?:only|solely)|confidential and)\b.*",
)
"""A line that is one of these is furniture wherever it stands."""
_NAV = (
    r"(?:home(?: ?page)?|accueil|trang chu|menu|search|rechercher|tim kiem|log ?in|sign in|register|dang nhap|dang ky"
    r"|contact(?: us)?|about(?: us)?|a propos|qui sommes-nous|nous contacter|gioi thieu|lien he|archives?|site ?map"
    r"|plan du site|so do|terms(?: of use)?|privacy(?: policy)?|mentions legales|podcasts?|videos?|rss|en|fr|vi|english"
    r"|francais|tieng viet)"
)
_TOPIC = (
    r"(?:news|politics|politique|economy|economie|business|world|monde|asia|asie|societe|society|sports?|culture"
    r"|opinion|long ?reads?|international|weather|actualites?|depeches?|tin tuc|van ban|thoi su|chinh tri|kinh te"
    r"|xa hoi|phap luat|van hoa|the thao|giai tri|giao duc|suc khoe|the gioi|cong nghe|noi chinh|doi song|dien dan"
    r"|truyen hinh)"
)
_BETWEEN = r"\W*[\s|/,>»›·•-]\W*"
NAVIGATION = _whole(rf"{_NAV}(?:{_BETWEEN}(?:{_NAV}|{_TOPIC}))*\W*", rf"(?:{_TOPIC}{_BETWEEN})+{_NAV}\b.{{0,40}}")
TOPICS = _whole(rf"{_TOPIC}(?:{_BETWEEN}{_TOPIC})*")
"""Names of a site's sections; one alone may head a part of a report as well."""
AT_EDGES = _whole(
    rf"\(?[a-z\d-]+(?:\.[a-z\d-]+)*\.(?:com|org|net|vn|fr|gov|info)\)?|www\.\S+|[\w.+-]+@[\w.-]+\.\w+|{_NETS}",
    r"(?:tel|telephone|phone|mobile|fax|e-?mail|dt|dien thoai|courriel|hotline|website)\s*[:.].{1,120}",
    r"theo doi|0:00(?: ?/ ?\d?\d:\d\d)?|tong bien tap\s*:.{1,60}|categor(?:ies|y)\s*:.{1,80}",
    r"(?:(?:media|press) (?:contacts?|enquir\w+|inquir\w+)|contacts? presse)(?:\s*[:,–-].{0,120})?",
    r"for (?:media|press|more) (?:enquiries|inquiries|information)(?:(?:,|:| please| contact| visit)\b.{0,100})?",
    r"\S+@\S+\s*[|,;·-].{1,100}|giay phep (?:so|xuat ban|hoat dong|thiet lap)\b.{1,100}(?<!\.)",
    r"press release|communique de presse|thong cao bao chi",
    r"(?:>>|►|▶)[^.]{5,200}|\W*moi (?:quy vi|quy doc gia|ban doc) .{1,160}",
)
"""Furniture before a report's first paragraph and after its last; within it, a line like any."""
AT_END = _whole(
    r"comments?|commentaires?|ban doc|feedback|y kien|#{2,}|-* ?(?:ends?|het|fin) ?-*",
    r"(?:dia chi|address|adresse)\s*:.{1,120}",
)


def is_report(line: str) -> bool:
    """Whether a block is report whatever stands around it: long, or of two full sentences of twelve words."""
    if len(line) <= 120 or len(line) > LONGEST:
        return len(line) > LONGEST
    return sum(len(sentence.split()) >= 12 for sentence in re.split(r"(?<=[.!?…])\s+", line)) >= 2


def lone_date(folded: str) -> re.Match[str] | None:
    """The match of a line that is a day alone, or a reporter's name and a day; its group "date" is the day."""
    return BARE_DATE.fullmatch(folded) or SIGNED_DATE.fullmatch(folded)
