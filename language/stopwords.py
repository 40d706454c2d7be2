"""Words that carry no topic in any of the seven languages: articles, question words, politeness."""

from __future__ import annotations

import re

from kit.words import fold

_LATIN = """
a an the this that these those of in on at to for from by with about into over under between
after and or not nor but as if then than so is are was were be been being am do does did done has
have having had can could may might must shall should will would there here it its they them
their he she his her we our you your i me my mine who whom whose which what when where why how
any some all each every no yes more most much many very just only also such other another one
ones someone somebody anyone something anything say says said tell tells told give gives want
wants find show get gets let please looking look search up out against during within via per ii
etc s t d ll re ve m regarding concerning text document documents el la los las lo un una unos
unas de del al en y e o u ni que qué como cómo cual cuál cuales cuáles quien quién quienes donde
dónde cuando cuándo cuanto por para con sobre entre hasta desde hacia según ante bajo tras es son
ser fue está están hay había tiene tienen debe deben puede pueden se su sus mi mis tu tus nos les
le te más menos muy ya si sí este esta estos estas ese esa eso esos esas otro otra otros otras
todo toda todos todas algún alguna algo quiero necesito busco buscar dice dicen hacer l une des
du et ou où ne pas plus qui quoi quel quelle quels quelles dont comment pourquoi quand combien à
au aux dans sur sous par pour avec vers chez selon contre depuis est sont être était ont avoir
doit doivent peut peuvent il elle ils elles nous vous je sa ses leur leurs mon ma mes ce cet
cette ces qu c j n très aussi tout toute tous toutes autre autres existe cherche trouver faut
fait faire dit os um uma uns umas da dos das na nas ao aos às pelo pela pelos pelas num numa nem
quê qual quais quem onde quando quanto com até segundo é são foi estão há tem têm deve devem pode
podem seu sua seus suas meu minha meus minhas nosso nossa lhe mais muito já sim não estes esse
essa isso aquele aquela outro outra outros outras algum alguma quero preciso procuro diz dizem
fazer existem
 conseguir
obtener obtengo saber sabe usar existe debería deberían tener obtenir savoir utiliser faudrait
pourrait obter
precisa precisam ter deveria poderia become becomes possible necessary em ele ela eles elas nós
você vocês foram será seria sido ainda depois antes agora aqui ali lá porque pois então também
cada possamos possa possam podemos temos tenho vou vai vão fica alguém yo tú él ella ellos ellas
nosotros usted ustedes fueron sería aún todavía después ahora aquí allí pues entonces también
pueda puedan podamos tenemos tengo voy va van alguien vos votre notre sera serait été encore après
avant maintenant ici là parce donc alors chaque puisse puissent pouvons avons suis sommes êtes
vais vont quelqu still before now because us anybody everybody everyone everything nobody nothing
got getting make makes made
explain explains explained happens happen available exists talk talks talking
recommend encuentro encontrar encuentra encuentran cuánta cuántas cuántos explica explicar habla
hablan trata tratan exige obliga obligan pasa sirve dan da dar donner donne donnent donner oblige
obligent trouve trouver trouvent explique expliquer parle parlent traite devant
combien encontro encontra encontrar quantas quantos explica fala falam obriga dão dar traz
acontece conhecer
"""

_CYRILLIC = """
и в во на с со к ко у о об обо от до из за по под над при для через между про не ни но а или либо
что чтобы как так это этот эта эти этого той том тот та те то где когда куда почему зачем кто
кого кому чей какой какая какое какие каких каким который которая которые которых ли же бы быть
был была было были есть нет да он она оно они его её их им мы вы я мне мой ваш наш свой своих
свои себя уже ещё еще только также очень более все всё всех всем каждый другой другие если может
могут можно нужно надо должен должна должны следует ищу найти дайте говорит сказано существует
существуют необходимо
 получить узнать стать
делать сделать использовать нужен нужна нужны каково какова касается касаются обязывает
рассказывает описывает объясняет посвящен посвященный говорится
"""

_ARABIC = """
في من إلى الى على عن مع بين هو هي هم هل ما ماذا لماذا متى أين اين كيف كم أي اي التي الذي الذين
اللذين ذلك تلك هذا هذه هؤلاء كان كانت يكون تكون أن ان إن لا لم لن قد كل بعض غير أو او ثم حول عند
عندما بعد خلال ضد وفق حسب كما لدى يجب ينبغي يمكن هناك أنا نحن أريد اريد ابحث أبحث عليه عليها به
بها فيه فيها له لها لهم منه منها بشأن المتعلق المتعلقة الخاص الخاصة يقول تقول توجد يوجد و أيضا
 أعرف معرفة كيفية يحصل تحصل طريقة أجد اجد نجد يتحدث تتحدث يتناول تتناول يشرح المعنية المعني
"""

_CHINESE = """
什么 怎么样 怎么 怎样 如何 哪些 哪个 哪里 哪一个 为什么 多少 是否 有没有 能不能 可不可以 关于
有关 对于 以及 或者 并且 但是 应该 应当 必须 需要 可以 能够 我要 我想 请问 想找 查找 寻找 一个
一些 这个 那个 这些 那些 他们 我们 你们 哪 的 了 和 与 及 是 在 吗 呢 吧
"""

_WRITTEN = f"{_LATIN} {_CYRILLIC} {_ARABIC}".split()
STOPWORDS = frozenset(map(fold, _WRITTEN))

_PROTECTED = ("和解", "和平", "在线", "在押", "及时", "及早", "参与", "存在", "现在", "我们的网络")
_CHINESE_WORDS = sorted(_CHINESE.split(), key=len, reverse=True)
_CHINESE_STOPS = re.compile("|".join((*(f"({word})" for word in _PROTECTED), *_CHINESE_WORDS)))


def without_chinese_stops(text: str) -> str:
    """Replace Chinese function words by spaces, leaving words that merely contain one."""
    return _CHINESE_STOPS.sub(lambda found: found[0] if found.lastindex else " ", text)
