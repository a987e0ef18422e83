"""JupyterHub for classes of this course, on one machine where every person is a system user. README.md beside it."""

import os
import pwd
import subprocess
import sys
from pathlib import Path

c = get_config()  # noqa: F821  (JupyterHub puts it there)

# ---- Settings: what you change stands here ---------------------------------------------------------------------------

# Each class, and the account that teaches it. Its students are the members of the system group of the same name.
CLASSES = {"tf101": "prof", "tf202": "prof2"}

# The checkout of the course in which `make hub` was run. Everybody reads it, and only root writes to it.
COURSE = Path("/opt/course")

# Where people point their browsers. Behind a web server with a certificate leave it; or listen to the world yourself:
# c.JupyterHub.ssl_cert, c.JupyterHub.ssl_key = "/etc/ssl/hub.pem", "/etc/ssl/private/hub.key"
ADDRESS = "http://127.0.0.1:8000"

# Where the hub keeps its database and its secrets.
STATE = Path("/srv/jupyterhub")

# A server that nobody has used for so many seconds is ended; what is saved stays.
IDLE = 3600

# ---- The hub ---------------------------------------------------------------------------------------------------------

c.JupyterHub.bind_url = ADDRESS
c.JupyterHub.cookie_secret_file = str(STATE / "cookie_secret")
c.JupyterHub.db_url = f"sqlite:///{STATE}/hub.sqlite"
c.ConfigurableHTTPProxy.pid_file = str(STATE / "proxy.pid")

# ---- Who may come in: system users, by their passwords ---------------------------------------------------------------

c.JupyterHub.authenticator_class = "pam"
c.PAMAuthenticator.open_sessions = False
c.PAMAuthenticator.allowed_groups = set(CLASSES)
c.PAMAuthenticator.allowed_users = set(CLASSES.values())
# Who has left the group is out, although the hub remembers the name.
c.PAMAuthenticator.allow_existing_users = False

# LTI 1.3 in place of passwords, from Canvas, Moodle and others, by the package jupyterhub-ltiauthenticator. No LMS
# was at hand to try it. In the LMS register a tool with these addresses; it then shows the values that you enter below:
#   initiate login URL  ADDRESS/hub/lti13/oauth_login      redirect URL    ADDRESS/hub/lti13/oauth_callback
#   target link URL     ADDRESS/hub/spawn                  configuration   ADDRESS/hub/lti13/config
#
# from jupyterhub.auth import LocalAuthenticator
# from ltiauthenticator.lti13.auth import LTI13Authenticator
#
# class Platform(LTI13Authenticator, LocalAuthenticator):
#     """Signs people in from the LMS, and makes a system user of who comes for the first time."""
#
# c.JupyterHub.authenticator_class = Platform
# c.Platform.issuer = "https://lms.example.org"                     # the LMS's platform ID
# c.Platform.client_id = {"0123456789"}                             # which the LMS gave to this tool
# c.Platform.authorize_url = "https://lms.example.org/auth"         # its authentication request URL
# c.Platform.jwks_endpoint = "https://lms.example.org/jwks"         # its public keyset URL
# c.Platform.username_key = "custom_login"                          # custom field of the tool: a login, no "+" or "@"
# c.Platform.create_system_users = True
# c.Platform.allow_all = True                                       # the LMS has decided who may come
#
# An LMS says who comes, not to which system group they belong: `usermod --append --groups tf101 NAME` is still yours,
# or a c.Platform.post_auth_hook's, which finds course and role in auth_model["auth_state"].

# ---- A person's server -----------------------------------------------------------------------------------------------

GRADER = str(COURSE / ".venv" / "bin" / "grader")


def prepare(spawner):
    """Open their class to an instructor, and to a student an own copy of the course, made at the first start."""
    user = spawner.user.name
    taught = [name for name, instructor in CLASSES.items() if instructor == user]
    if taught:
        spawner.cmd = [GRADER, "lab", "--instructor"]
        spawner.notebook_dir = f"~/{taught[0]}"
        return
    home = Path(pwd.getpwnam(user).pw_dir)
    if not (home / "course").exists():
        clone = ["git", "clone", "--quiet", f"file://{COURSE}", str(home / "course")]
        subprocess.run(
            ["/usr/sbin/runuser", "--user", user, "--", *clone], check=True, cwd=home, env={"HOME": str(home)}
        )


c.JupyterHub.spawner_class = "localprocess"
c.Spawner.cmd = [GRADER, "lab", "--exchange"]
c.Spawner.notebook_dir = "~/course"
c.Spawner.pre_spawn_hook = prepare
c.Spawner.environment = {"PATH": f"{COURSE}/.venv/bin:/usr/local/bin:/usr/bin:/bin"}
c.Spawner.start_timeout = 120
c.Spawner.http_timeout = 120

# ---- Servers that nobody uses are ended ------------------------------------------------------------------------------

c.JupyterHub.services = [
    {"name": "idle", "command": [sys.executable, "-m", "jupyterhub_idle_culler", f"--timeout={IDLE}"]},
    # ngshare in place of nbgrader's exchange, for people who are no system users (README.md):
    # {
    #     "name": "ngshare",
    #     "url": "http://127.0.0.1:10101",
    #     "oauth_no_confirm": True,
    #     "command": ["/opt/ngshare/bin/python", "-m", "ngshare", "--admins", "root", "--database",
    #                 f"sqlite:///{STATE}/ngshare.db", "--storage", f"{STATE}/ngshare"],
    # },
]
c.JupyterHub.load_roles = [
    {
        "name": "idle",
        "services": ["idle"],
        "scopes": ["list:users", "read:users:activity", "read:servers", "delete:servers"],
    },
    # {
    #     "name": "ngshare",
    #     "services": ["ngshare"],
    #     "scopes": ["list:users", "read:users", "list:groups", "read:groups"],
    # },
    # {"name": "user", "scopes": ["self", "access:services!service=ngshare"]},
    # {
    #     "name": "server",
    #     "scopes": ["users:activity!user", "access:servers!server", "read:users!user",
    #                "access:services!service=ngshare"],
    # },
]

# The hub's database and secrets are root's alone, whatever the umask of the shell.
os.umask(0o022)
STATE.mkdir(mode=0o700, parents=True, exist_ok=True)
