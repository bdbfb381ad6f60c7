# hashlib and hmac: known digests, files, key derivation.
# expect: md5 900150983cd24fb0d6963f7d28e17f72
# expect: sha1 a9993e364706816aba3e25717850c26c9cd0d89d
# expect: sha256 ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad
# expect: sha3_256 3a985da74fe225b2045c172d6bd390bd855f086e3e9d525b46bfe24511431532
# expect: hmac f7bc83f430538424b13298e6aa6fb143ef4d59a14946175997479dbc2d1a3cd8 True
# expect: pbkdf2 0c60c80f961f0e71f3a9b524af6012062fe037a6
# expect: file d29751f2 True scrypt 64
import hashlib
import hmac

for name in ("md5", "sha1", "sha256", "sha3_256"):
    print(name, hashlib.new(name, b"abc").hexdigest())
digest = hmac.new(b"key", b"The quick brown fox jumps over the lazy dog", "sha256").hexdigest()
print("hmac", digest, hmac.compare_digest(digest, digest[:]))
print("pbkdf2", hashlib.pbkdf2_hmac("sha1", b"password", b"salt", 1, 20).hex())
with open("data", "wb") as file:
    file.write(b"\0" * 1_000_000)
with open("data", "rb") as file:
    digest = hashlib.file_digest(file, "sha256").hexdigest()
print("file", digest[:8], digest == hashlib.sha256(bytes(1_000_000)).hexdigest(), "scrypt", len(hashlib.scrypt(b"p", salt=b"s", n=16, r=8, p=1)))
