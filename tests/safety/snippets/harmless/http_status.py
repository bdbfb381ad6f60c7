from http import HTTPStatus
from http.cookies import SimpleCookie


def reason(code):
    return HTTPStatus(code).phrase


def cookies(header):
    return {key: morsel.value for key, morsel in SimpleCookie(header).items()}
