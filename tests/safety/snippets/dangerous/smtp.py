# approval:network: send mail
import smtplib

with smtplib.SMTP("mail.example.com", 25) as server:
    server.sendmail("a@example.com", "b@example.com", "text")
