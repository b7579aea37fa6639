"""The demo's server room as tables to import: two racks, what they offer, and two servers."""

from collections.abc import Mapping

RACKS = """\
ruang,rak,tinggi_u,daya_w,stop_kontak
Ruang Server,Rak A,42,6000,16
Ruang Server,Rak B,42,6000,16
"""

SUPPLIES = """\
jenis,nama
alamat,203.0.113.10
alamat,203.0.113.11
alamat,203.0.113.12
alamat,203.0.113.13
port,sw1/1
port,sw1/2
port,sw1/3
port,sw1/4
port,sw1/5
port,sw1/6
bandwidth_mbps,1000
"""

DEVICES = """\
nama,unit_pemilik,nomor_seri,status,tanggal_masuk,rak,u_awal,tinggi_u,daya_w,stop_kontak,alamat_ip,\
bandwidth_mbps,port_jaringan,kode_aset,contact_person,hp,merk,kode_bmd,spesifikasi,os,layanan,domain,\
port_akses,kabel,bast,garansi,kondisi,catatan
Server Statistik,Bidang Statistik,SN-CONTOH-1,aktif,2025-02-10,Rak A,1,2,400,2,203.0.113.10,100,sw1/1,\
SRV-001,Staf Unit Pemohon,,Contoh R740,,2 CPU; 64 GB RAM,Debian 12,Portal data,data.contoh.go.id,22,Cat6,,,\
Baik,
Server Aplikasi,Bidang Aptika,SN-CONTOH-2,aktif,2024-07-01,Rak A,3,2,500,2,203.0.113.11,200,sw1/2,\
SRV-002,,,Contoh R640,,2 CPU; 128 GB RAM,Debian 12,Aplikasi layanan,layanan.contoh.go.id,22,Cat6,,,Baik,
"""

TABLES: Mapping[str, str] = {"rak.csv": RACKS, "sarana.csv": SUPPLIES, "perangkat.csv": DEVICES}
"""The files, in the order in which they are imported."""
