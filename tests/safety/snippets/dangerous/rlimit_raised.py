# never: lift one's own limits
import resource

resource.setrlimit(resource.RLIMIT_AS, (-1, -1))
