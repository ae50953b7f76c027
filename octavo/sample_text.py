"""Free text for sample pages, written for this project: titles and paragraphs a language."""

from __future__ import annotations

ENGLISH_TITLES = (
    "The folded sheet",
    "A day in the reading room",
    "Notes for a careful copyist",
    "Weights and measures",
)
ENGLISH = """\
A printer who wants a small book takes a large sheet, prints eight pages on each side and folds
it three times. The sheet becomes eight leaves, and the leaves become a book that fits the hand.
That is an octavo. The reader sees only the pages in their order, and need not know how
strangely they lay side by side while the ink was wet.

The archive opens at nine. By ten the long tables are full, and the only sounds are the turning
of paper and the cough of the old heating. Every box has a number, every folder in the box has
one, and each leaf in the folder is counted before it is handed out and again when it comes
back. In forty years not one leaf was lost.

Whoever copies a text by hand learns to distrust the eye. It reads what it expects. It mends a
misspelt word without a thought, skips a line that begins like the one above, and turns a 7 into
a 1 when the pen was thin. A good copyist therefore reads each line twice: once for the sense,
and once backwards, word by word, for the letters.

On 14 March 1931 the bridge was weighed, so to speak: twelve lorries, each loaded with 8,500
kilograms of gravel, drove onto it at walking pace and stood there for an hour. The middle of
the span sank by 19 millimetres and rose again when the last lorry had left. The engineer wrote
both figures in his notebook and went to lunch.

The baker at the corner sells three kinds of bread. The dark loaf costs 2.80, the white one
2.40, and the small rye, which is gone before eight, 1.95. On Fridays she adds a fourth with
walnuts, whose price she writes with chalk on the door, because it follows the market and she
does not like to guess.

Rain came from the west in the afternoon. First the hills lost their edges, then the mill, then
the row of poplars along the canal. The ferryman pulled the tarpaulin over the bench and lit his
lamp, although it was barely four. Nobody would cross now, but the timetable said half past
five, and so he waited.

A map is an argument about what matters. The surveyor who drew this one cared for wells and
boundary stones, and marked every single one of them, while the road to the next town is a thin
line that stops at the edge of the parish. He was paid by the parish. One can read the account
books in the shape of the hills.

To clean the lens, breathe on it and wipe from the middle outwards with a soft cloth. Do not use
water, and never paper. Dust on the glass shows as a pale spot on every page, always at the same
height, and many a scholar has wondered about a mark in the margin that was nothing but a hair
on the scanner.

My grandmother kept her recipes in a tin. They were written on the backs of envelopes, on
railway tickets and once on the label of a jam jar, and none of them gave a quantity. Flour
until it is enough, said the one for dumplings. When we typed them up we cooked each dish first,
and put the figures in brackets.

The clock in the tower loses two minutes a week. Every Saturday at noon the sexton climbs the
112 steps, opens the glass and pushes the great hand forward with one finger. He has been asked
why he does not have the works repaired. It would be a pity, he says, to have no reason to come
up here.
"""

SPANISH_TITLES = (
    "El pliego doblado",
    "Un día en la sala de lectura",
    "Consejos para el copista",
    "Pesos y medidas",
)
SPANISH = """\
El impresor que quiere un libro pequeño toma un pliego grande, imprime ocho páginas en cada cara
y lo dobla tres veces. El pliego se convierte en ocho hojas, y las hojas en un libro que cabe en
la mano. Eso es un octavo. El lector solo ve las páginas en su orden y no necesita saber cómo
estaban colocadas mientras la tinta se secaba.

El archivo abre a las nueve. A las diez las mesas largas ya están llenas, y no se oye más que el
paso de las hojas y la tos de la vieja calefacción. Cada caja tiene su número, cada carpeta de
la caja también, y las hojas se cuentan antes de entregarlas y otra vez cuando vuelven. En
cuarenta años no se perdió ninguna.

Quien copia un texto a mano aprende a desconfiar del ojo, que lee lo que espera. Corrige sin
pensar una palabra mal escrita, salta una línea que empieza como la anterior y convierte un 7 en
un 1 cuando la pluma era fina. Por eso el buen copista lee cada línea dos veces: una por el
sentido y otra al revés, por las letras.

El 14 de marzo de 1931 se probó el puente: doce camiones, cada uno con 8.500 kilos de grava,
entraron al paso y se quedaron allí una hora. El centro del arco bajó 19 milímetros y volvió a
subir cuando salió el último camión. El ingeniero apuntó las dos cifras en su cuaderno y se fue
a comer.

La panadera de la esquina vende tres clases de pan. La hogaza oscura cuesta 2,80, la blanca 2,40
y el pan pequeño de centeno, que se acaba antes de las ocho, 1,95. Los viernes añade otro con
nueces, cuyo precio escribe con tiza en la puerta, porque sigue al mercado y a ella no le gusta
adivinar.

Por la tarde llegó la lluvia del oeste. Primero se borraron las colinas, luego el molino, luego
la fila de álamos junto al canal. El barquero cubrió el banco con la lona y encendió el farol,
aunque apenas eran las cuatro. Ya no cruzaría nadie, pero el horario decía las cinco y media, y
él esperó.

Mi abuela guardaba sus recetas en una lata. Estaban escritas en sobres, en billetes de tren y
una vez en la etiqueta de un bote de mermelada, y ninguna daba cantidades. Harina hasta que
baste, decía la de los buñuelos. Cuando las pasamos a limpio cocinamos antes cada plato y
pusimos las cifras entre paréntesis.

El reloj de la torre pierde dos minutos a la semana. Cada sábado a mediodía el sacristán sube
los 112 escalones, abre el cristal y empuja la aguja grande con un dedo. Le han preguntado por
qué no manda reparar la máquina. Sería una lástima, dice, no tener ningún motivo para subir
hasta aquí.
"""


def _paragraphs(text: str) -> tuple[str, ...]:
    return tuple(" ".join(paragraph.split()) for paragraph in text.split("\n\n"))


TEXTS = {
    "eng": (ENGLISH_TITLES, _paragraphs(ENGLISH)),
    "spa": (SPANISH_TITLES, _paragraphs(SPANISH)),
}  # titles, paragraphs
