"""Takes tokens with requests-oauthlib and verifies them with PyJWT; prints what it saw as JSON."""
import json
import os

import jwt
import requests
from cryptography.hazmat.primitives.asymmetric import rsa
from oauthlib.oauth2 import BackendApplicationClient
from oauthlib.oauth2.rfc6749.errors import OAuth2Error
from requests.auth import HTTPBasicAuth
from requests_oauthlib import OAuth2Session

# The gateway of a development mesh speaks plain HTTP on the loopback address.
os.environ["OAUTHLIB_INSECURE_TRANSPORT"] = "1"
URL = os.environ["MESH_URL"]
TOKEN = URL + "/v1/identity/token"
ID, SECRET = os.environ["MESH_KEY_ID"], os.environ["MESH_KEY"]


def session(**proof):
    """A session with a token, and what the token opens."""
    session = OAuth2Session(client=BackendApplicationClient(client_id=ID))
    token = session.fetch_token(token_url=TOKEN, **proof)
    answer = session.get(URL + "/v1/identity/session")
    answer.raise_for_status()
    scope = sorted(token["scope"]) if isinstance(token["scope"], list) else sorted(token["scope"].split())
    return {"type": token["token_type"], "scope": scope, "session": answer.json()}, token["access_token"]


def wrong_secret():
    try:
        session(auth=HTTPBasicAuth(ID, "mk_wrong"))
    except OAuth2Error as error:
        return error.error
    return None


def forged(token):
    """Status of a call with the same claims, signed by somebody else."""
    header = jwt.get_unverified_header(token)
    claims = jwt.decode(token, options={"verify_signature": False})
    other = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    false = jwt.encode(claims, other, algorithm="RS256", headers={"kid": header["kid"]})
    return requests.get(URL + "/v1/identity/session", headers={"Authorization": "Bearer " + false}, timeout=30).status_code


def main():
    basic, token = session(auth=HTTPBasicAuth(ID, SECRET))
    form, _ = session(client_secret=SECRET, include_client_id=True)
    key = jwt.PyJWKClient(URL + "/.well-known/jwks.json").get_signing_key_from_jwt(token)
    audience = jwt.decode(token, options={"verify_signature": False})["aud"]
    grant = requests.post(TOKEN, auth=(ID, SECRET), data={"grant_type": "password"}, timeout=30)
    print(json.dumps({
        "basic": basic,
        "form": form,
        "verified": jwt.decode(token, key.key, algorithms=["RS256"], audience=audience),
        "wrongSecret": wrong_secret(),
        "wrongGrant": grant.json().get("error"),
        "forged": forged(token),
    }))


main()
