"""The commonest small words of the languages that are told apart by them, by Tesseract code."""

from __future__ import annotations

# Gathered by hand: articles, prepositions, conjunctions, pronouns, auxiliaries. Words of two
# letters and more; an engine that reads the wrong language still reads most of them.
WORDS: dict[str, str] = {
    "eng": "the of and to in that is was for it with as his on be at by had not are but from or"
    " have an they which one you were all her she there would their we him been has when who"
    " will no more if out so up said what its about than into them can only other time new"
    " some these two may any this do must your he how should",
    "deu": "der die und in den von zu das mit sich des auf für ist im dem nicht ein eine als auch"
    " es an werden aus er hat dass daß sie nach wird bei einer um am sind noch wie einem"
    " über einen so zum war haben nur oder aber vor zur bis mehr durch man sein wurde ich"
    " wir ihr kann wenn seine ihre unter sei ihm diese dieser keine mich was bin uns schon"
    " gegen vom können hier dann",
    "fra": "de la le et les des en un du une que est pour qui dans par plus pas au sur ne se ce il"
    " sont avec son aux ou elle nous mais vous cette être fait ses leur comme était tout sa"
    " je ils ces ont sans même ainsi peut si lui bien entre deux aussi leurs après encore"
    " dont avait donc très peu mon faire sous où notre votre quand cela à me",
    "spa": "de la que el en los se del las un por con no una su para es al lo como más pero sus le"
    " ha me si sin sobre este ya entre cuando todo esta ser son dos también fue había era"
    " muy años hasta desde está mi porque qué sólo han yo hay vez puede todos así nos ni"
    " parte tiene él uno donde bien tiempo mismo ese ahora cada otro y o",
    "por": "de que não do da em um para com uma os no se na por mais as dos como mas foi ao ele"
    " das tem seu sua ou ser quando muito há nos já está eu também só pelo pela até isso ela"
    " entre era depois sem mesmo aos ter seus quem nas me esse eles estão você tinha foram"
    " essa num nem suas são à às",
    "ita": "di che la il un per in una del si non sono le della con da alla dei come al più nel"
    " anche ma gli dal ha lo delle se nella ed era o suo ai essere dalla questo loro tra"
    " degli sua i stato dell all ad chi mi ci quando dopo senza perché stata ancora due"
    " molto lei cui così ogni ho sulla sul fu è questa quella quello",
    "nld": "de van het een en in is dat op te zijn met voor niet aan er die om ook als dan maar"
    " bij nog uit door wordt naar heeft hij ze over hun tot geen werd kan deze worden was ik"
    " had je meer zich of we wel zou hebben zal dit moet zo haar veel al nu na onder tegen"
    " waren hem mijn wat daar toen zij",
    "cat": "de la que el en les els un del per amb una no es al va més com seva han seu són va ser"
    " però ha als aquest pel aquesta també dels entre fins si hi seus ja molt sobre quan des"
    " sense perquè tot on fou eren tots després així aquests qual estat havia seves cada li"
    " ens dos",
    "swe": "och att det som en på är av för med den till har de inte om ett han men var jag sig"
    " från så kan när hade eller nu skulle också vid vi efter då sin man hon ut under än ska"
    " upp kommer vara alla denna där mot mycket sina blev mellan andra genom detta över",
    "dan": "og at det er en på af for med den til har de ikke som et han men var jeg sig fra så"
    " kan når havde eller nu skulle også ved vi efter da sin man hun ud under end skal op"
    " bliver være alle denne der mod meget sine blev mellem andre gennem dette over efter"
    " kun hvor af hvis",
    "nor": "og det er en på av for med den til har de ikke som et han men var jeg seg fra så kan"
    " når hadde eller nå skulle også ved vi etter da sin man hun ut under enn skal opp blir"
    " være alle denne der mot mye sine ble mellom andre gjennom dette over bare hvor hvis"
    " etter",
    "fin": "ja on ei se että oli hän mutta joka kuin ovat myös sen ole tai kun niin mukaan jos"
    " vain hänen nyt ne jo olla olisi sitä vielä siitä ollut mitä jonka kanssa sekä voi minä"
    " tämä tämän siinä noin kaikki jälkeen ennen joita joiden koska sillä heidän tässä",
    "pol": "się na nie że do to jest jak od po za ale tym co przez tak ich ze już oraz dla są czy"
    " był jego tylko przy może pod jej także było które który jako być która lub bardzo ma"
    " więc tego też przed roku mnie kiedy nad aby tej będzie jeszcze między wszystko",
    "ces": "se na je že to do ve za jako si ale by po od jsem tak pro jeho jak byl nebo při jen už"
    " jsou který které bylo ze aby která také mu co podle až byla než však jejich svou kde"
    " být pod má před mezi může nebyl jeho když ještě",
    "slk": "sa na je že to do vo za ako si ale by po od som tak pre jeho či bol alebo pri len už"
    " sú ktorý ktoré bolo zo aby ktorá aj mu čo podľa až bola než však ich svoju kde byť pod"
    " má pred medzi môže nebol keď ešte",
    "slv": "je se na da za so ki pa ne po tudi kot iz bi ali od ga ob le bil ni kar pri do še kako"
    " ko mi jih bila ter bilo pred jo nad ima smo zelo že med lahko svoje njegov zaradi tako"
    " samo",
    "hrv": "je se na da za su od koji to što kao iz ali bi ili po do ne sam bio sa nije ga koja"
    " koje još kako samo već biti može pod bila mu prema oko kada ima jer iako te sve bilo"
    " među nakon",
    "hun": "az és hogy nem egy is volt meg csak ez már még de mint ha el van majd azt vagy ki ezt"
    " lehet pedig után voltak több kell minden amely olyan lesz aki sem akkor nagyon most"
    " igen között mert nincs úgy szerint neki alatt",
    "ron": "de în și la cu pe să nu din care este un mai al se că pentru fi ca au fost sau prin"
    " lui ce dar după sunt până era nici ale fără între prea ai cele acest această unei unui"
    " cum doar asupra avea toate şi",
    "tur": "ve bir bu da de için ile çok olarak daha gibi olan kadar ne sonra var en her ama"
    " olduğu değil ise mi ben onun ya o yok şey kendi bütün göre içinde bana zaman önce diye"
    " hiç ancak ki veya sadece nasıl",
    "vie": "và của là các có trong được cho không một với những người để này khi đến từ ra về đã"
    " như cũng tại theo trên năm sẽ vào hay phải nhưng nhiều tôi ông anh còn bị lại sau thì",
    "ind": "yang dan di dengan untuk dari pada ini itu dalam tidak akan adalah ke oleh juga"
    " sebagai atau karena telah ada mereka bahwa dapat saya kami tersebut lebih sudah"
    " seperti menjadi kepada antara bisa hanya banyak secara namun tetapi setelah",
    "lat": "et in est non ad ut cum quod qui ex sed si quae per de ab aut esse hoc etiam nec enim"
    " ac autem quam sunt atque pro nam eius id quo se eo hic sic ita neque quid vel erat"
    " ille tamen quoque ipse apud sunt fuit",
    "eus": "eta da ez bat du dira zen ere izan den baina edo hau dute zuen bere egin dituzte"
    " horren baino arte guztiak behar dela duen dago haien beste ziren zuten",
    "rus": "и в не на что он как это но по из за от так же она бы было если его все уже только для"
    " или до был ее они мы вы когда чтобы был также при который которые еще нет есть может"
    " между",
    "ukr": "і в не на що він як це але по з за від так же вона було якщо його все вже тільки для"
    " або до був її вони ми ви коли щоб також при який які ще є може між та у й із через",
    "bul": "и в не на че той като това но по от за така тя беше ако го все вече само или до бил са"
    " те ние вие когато да също при който които още има може между се с към след",
    "srp": "и у не на да он као то али по из за од тако је ако га све већ само или до био су они"
    " ми ви када такође који које још има може између се са након што",
    "ell": "και το της να η ο του με που για την από στο δεν είναι τα τον θα των οι στην σε τη ως"
    " αυτό μια ένα έχει κατά στη ότι ή αλλά ήταν μου αν όπως",
    "ara": "في من على إلى أن عن مع هذا هذه التي الذي كان لا ما أو بعد قبل كل بين ذلك هو هي قد كما"
    " لم إن ثم حيث عند حتى أي غير و",
    "fas": "در از به که این را با است برای آن یک می خود تا کرد بر هم نیز شده شد باشد اما یا ها های"
    " بود دارد او ما چه اگر",
    "urd": "کے کی میں ہے اور سے کا کو نے پر یہ ہیں کہ تھا اس وہ ایک بھی کر جو گیا تو ہو نہیں تک",
    "heb": "של את על לא הוא כי עם גם זה היא או כל אל אם היה יש אני מה כך בין אבל רק עד לפי הם אשר",
}
