# approval:network: fetch a file by FTP
from ftplib import FTP

FTP("ftp.example.com").login()
