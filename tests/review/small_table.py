"""The head of every small procedure X that a test writes for itself: identity block, columns, prefix."""

HEAD = """
[sop]
id = "contoh"
instansi = "Kabupaten Contoh"
unit = "Dinas Contoh"
nama = "Contoh"
nomor = "1"
tgl_pembuatan = "1 Januari 2026"
tgl_efektif = "2 Januari 2026"
[sop.disahkan]
jabatan = "Kepala"
[[sop.pelaksana]]
peran = "pemohon"
judul = "Unit Kerja"
[[prosedur]]
id = "X"
judul = "CONTOH"
mulai = "1"
prefiks = "CTH"
urutan_mutu = ["waktu"]
"""
