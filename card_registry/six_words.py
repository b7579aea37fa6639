"""The six words that a device and the office both show, so that two people can compare two screens.

The words stand for the exact bytes of an enrolment request: another key, another door rule or another
invitation gives other words. They are drawn by a slow function (scrypt, 16 MiB), because somebody who stole
an invitation has only its minutes to look for a request of his own with the same words, 54 bits of them.

The list: 512 plain Indonesian words of four to eight letters; no two begin with the same four letters, none
is one slip of the pen from another.

Pure.
"""

import hashlib

from card_registry.errors import OperatorMistaken

COUNT = 6
"""How many words there are: 54 bits."""

COST, BLOCK, MEMORY = 2**14, 8, 64 * 1024 * 1024
"""scrypt's parameters, and the most memory it may take, in bytes."""

SALT = b"akses/six-words/v1\0"

_LIST = """
abadi abang acara adat adik agama ahli ajar akhir akrab aksara alam alis amal ampun anak angin angka
antar antik apel apung arah asap asin ayun badak bahan bahu balai bambu bandara bangku banjir bantal
barat baris basah batik bayam bebek bekal benih bensin berita besar besi betis biasa bibir bidan bijak
bintang biola biru bobot bonus buah budaya bukit bunga buruh butir cabai cacing cahaya cakar campur candi
cangkir catur celana cemara cendana cepat cermin cinta cobek contoh corak cuaca cucu cukup curah dada
daftar daging damai danau dapur dasar dayung debu dekat delima denda deras desa dinding dingin dokter
dompet donat dorong dosen duduk dunia durian ejaan ekor emas embun empat encer engsel esai festival foto
gading gagah gambar gamelan ganda garam garuda gedung gelas gema gerak gergaji getah giat gigi giring
gitar goreng gotong gula guru habis hadiah halus hangat harga hasil hati hebat hewan hijau hilir himpun
hobi hujan ijazah ikan ikut ilmu imbang impian indah induk ingat inti irama istana itik jagung jahe jahit
jajan jamur janji jarak jasa jauh jawab jembatan jendela jeruk jinak jingga jodoh joget juara judul jujur
jumlah jutaan kaca kado kain kakak kaktus kaldu kalung kambing kamus kanal kancil karang karet kasur kayu
kebun kecap kedai kejar keluar kenari kendi kepala kereta kertas kesan kiri kisah kodok kubis kucing kuda
kuil kulit kunci kupu kurma kursi kurung kutub labu ladang lakon lalat lampu lancar lantai larut laskar
lebah ledak leher lekas lembut lempar lengan lereng lezat lidah liku lilin lima lincah lobak logam lompat
loncat lontar luas lubang lukis lulus lumba luncur lusin lutut mahir maju makan maksud mangga manis
mantel mawar medali mekar melati memori merdu meter mimpi minat minum misal mobil mohon mudah mulai
muncul murid musik mutiara nafas naga naluri nampan nasi negara nelayan nenas nenek nilai nomor norma
novel nuansa nyala nyaman nyiur obat obor olah omong ongkos orang otak otot pabrik pagar paham pakai paku
palem paman pandai panen pangkal panjang pasti patung pedas pegang pejuang peluk pemuda pena pendek
pening pensil perigi pernah pesta petir piano piara pijar pikir pilih pinggir pintu pita pola pondok
prasasti pribadi pucuk pudar puisi pulau punya pusat puteri putih racik ragam rahang rajin rakit rambut
rampai randu rapat rapi raung rebana rebus redup regu rekan rempah rendang ribu rimba rinci risau roda
roti ruang rubah rujak rukun runcing sabuk sagu sahabat sajak salju sambal samping sandal santan sarung
sawah sawo sayap sedang sedia sehat sekam semut sendok sengaja senyum sepeda serai serbuk seruni siang
siaran sikat simpan sinar singa sipit sirih siswa soal sofa subuh sudut sufi suhu suka sumber sumur
suntik surat surya susun sutra tabah tajam tambak tangan tapak tarik tawon tebal tebing tegak tekad
telaga telur teman tembok tempe tengah tepung terang tetap tetes tiba tikus timun tinggi tirai tokoh
topeng tugas tukang tulip tumbuh tumis tunggu turun tutup uban ucap udang udara ukir ular umum unggas
ungu unik unta untung upacara urut usaha usia utama utuh vanili vokal volume wadah wangi warna wasit
wayang wibawa wilayah wisata wortel wujud yakin yayasan yoga yoyo zaitun zamrud ziarah
"""

WORDS = tuple(_LIST.split())
"""The list. Its order is part of the format: it is never changed."""


def words_of(request: bytes) -> tuple[str, ...]:
    """Give the six words of a request's exact bytes."""
    body = hashlib.sha256(request).digest()
    drawn = hashlib.scrypt(body, salt=SALT, n=COST, r=BLOCK, p=1, maxmem=MEMORY, dklen=8)
    number = int.from_bytes(drawn)
    found = []
    for _ in range(COUNT):
        number, place = divmod(number, len(WORDS))
        found.append(WORDS[place])
    return tuple(found)


def read_words(text: str) -> tuple[str, ...]:
    """Read six words as a person types them: any case, any spaces or hyphens between.

    Raises:
        OperatorMistaken: They are not six, or one is not of the list.
    """
    said = tuple(text.lower().replace("-", " ").split())
    unknown = [word[:20] for word in said if word not in WORDS]
    if unknown:
        message = f"{unknown[0]!r} is not one of the words; type the six words as the device shows them"
        raise OperatorMistaken(message)
    if len(said) != COUNT:
        message = f"there are {len(said)} words; type the {COUNT} words that the device shows"
        raise OperatorMistaken(message)
    return said
