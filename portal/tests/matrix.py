"""The matrix: what every role gets for every method of every address. One row, one line; read it as a table.

A row is METHOD, ADDRESS, perhaps a `:word` (GIVEN in portal/tests/matrix_walk.py: what is sent, what happened before),
and one cell per role. READ is GET and HEAD, which answer the same; ODD is PUT, PATCH, DELETE, OPTIONS and TRACE. Braces
stand for keys of portal/tests/matrix_world.py.

A cell is the status; `L` leads to the login. Nothing is written (but a session, and the count of a wrong sign-in), unless
it ends in
    `+`  one refused entry in the operation log, and at most the count of a wrong try beside it
    `!`  what the row is there for was done

anon    not signed in                                    p-adm, p-mem  administrator and member of the partner of
c-adm   administrator of a customer with an open request               c-adm, ready and refer
c-mem   member of that customer                          o-part        another partner's administrator
ready   administrator of a customer that may leave       staff, clerk  superuser, and staff without any permission
refer   the same, of a referral customer                 gone          was deactivated after signing in
free    administrator of a customer without a partner    shut          its tenant was, after it had signed in
o-cust  administrator of another partner's customer
"""

# ruff: noqa: E501

from __future__ import annotations

from dataclasses import dataclass

ROLES: tuple[str, ...] = ("anon", "c-adm", "c-mem", "ready", "refer", "free", "o-cust")
ROLES += ("p-adm", "p-mem", "o-part", "staff", "clerk", "gone", "shut")

PAGES = """
# Without a role: health, the vendor's colours, the demo, what does not exist.
#                                                           anon   c-adm  c-mem  ready  refer  free   o-cust p-adm  p-mem  o-part staff  clerk  gone   shut
READ /healthz                                               200    200    200    200    200    200    200    200    200    200    200    200    200    200
POST /healthz                                               405    405    405    405    405    405    405    405    405    405    405    405    405    405
ODD  /healthz                                               405    405    405    405    405    405    405    405    405    405    405    405    405    405
READ /readyz                                                200    200    200    200    200    200    200    200    200    200    200    200    200    200
POST /readyz                                                405    405    405    405    405    405    405    405    405    405    405    405    405    405
ODD  /readyz                                                405    405    405    405    405    405    405    405    405    405    405    405    405    405
READ /metrics                                               200    200    200    200    200    200    200    200    200    200    200    200    200    200
POST /metrics                                               405    405    405    405    405    405    405    405    405    405    405    405    405    405
ODD  /metrics                                               405    405    405    405    405    405    405    405    405    405    405    405    405    405
READ /brand.css                                             200    200    200    200    200    200    200    200    200    200    200    200    200    200
POST /brand.css                                             405    405    405    405    405    405    405    405    405    405    405    405    405    405
ODD  /brand.css                                             405    405    405    405    405    405    405    405    405    405    405    405    405    405
READ /demo/messages/                                        200    200    200    200    200    200    200    200    200    200    200    200    200    200
POST /demo/messages/                                        405    405    405    405    405    405    405    405    405    405    405    405    405    405
ODD  /demo/messages/                                        405    405    405    405    405    405    405    405    405    405    405    405    405    405
READ /demo/messages/?format=json                            200    200    200    200    200    200    200    200    200    200    200    200    200    200
READ /no/such/page/                                         404    404    404    404    404    404    404    404    404    404    404    404    404    404
POST /no/such/page/                                         404    404    404    404    404    404    404    404    404    404    404    404    404    404
ODD  /no/such/page/                                         404    404    404    404    404    404    404    404    404    404    404    404    404    404
READ /my-partner                                            301    301    301    301    301    301    301    301    301    301    301    301    301    301
READ /requests/D-PENDING                                    301    301    301    301    301    301    301    301    301    301    301    301    301    301
READ /requests/D-UNKNOWN                                    301    301    301    301    301    301    301    301    301    301    301    301    301    301
READ /requests/no~reference/                                404    404    404    404    404    404    404    404    404    404    404    404    404    404

# Signing in and out.
#                                                           anon   c-adm  c-mem  ready  refer  free   o-cust p-adm  p-mem  o-part staff  clerk  gone   shut
READ /                                                      L      302    302    302    302    302    302    302    302    302    302    302    L      L
POST /                                                      L      405    405    405    405    405    405    405    405    405    405    405    L      L
ODD  /                                                      L      405    405    405    405    405    405    405    405    405    405    405    L      L
READ /accounts/login/                                       200    302    302    302    302    302    302    302    302    302    302    302    200    200
POST /accounts/login/                                       422    422    422    422    422    422    422    422    422    422    422    422    422    422
POST /accounts/login/ :login                                303!   303!   303!   303!   303!   303!   303!   303!   303!   303!   303!   303!   303!   303!
POST /accounts/login/ :wrong-login                          422    422    422    422    422    422    422    422    422    422    422    422    422    422
ODD  /accounts/login/                                       405    405    405    405    405    405    405    405    405    405    405    405    405    405
READ /accounts/logout/                                      405    405    405    405    405    405    405    405    405    405    405    405    405    405
POST /accounts/logout/                                      303    303    303    303    303    303    303    303    303    303    303    303    303    303
ODD  /accounts/logout/                                      405    405    405    405    405    405    405    405    405    405    405    405    405    405
READ /accounts/language/                                    405    405    405    405    405    405    405    405    405    405    405    405    405    405
POST /accounts/language/ :language                          302    302    302    302    302    302    302    302    302    302    302    302    302    302
ODD  /accounts/language/                                    405    405    405    405    405    405    405    405    405    405    405    405    405    405
READ /accounts/password-reset/                              200    200    200    200    200    200    200    200    200    200    200    200    200    200
POST /accounts/password-reset/                              422    422    422    422    422    422    422    422    422    422    422    422    422    422
POST /accounts/password-reset/ :mail                        303!   303!   303!   303!   303!   303!   303!   303!   303!   303!   303!   303!   303!   303!
ODD  /accounts/password-reset/                              405    405    405    405    405    405    405    405    405    405    405    405    405    405
READ /accounts/password-reset/sent/                         200    200    200    200    200    200    200    200    200    200    200    200    200    200
POST /accounts/password-reset/sent/                         405    405    405    405    405    405    405    405    405    405    405    405    405    405
ODD  /accounts/password-reset/sent/                         405    405    405    405    405    405    405    405    405    405    405    405    405    405
READ /accounts/set-password/{uid}/{token}/                  302    302    302    302    302    302    302    302    302    302    302    302    302    302
POST /accounts/set-password/{uid}/{token}/                  302    302    302    302    302    302    302    302    302    302    302    302    302    302
ODD  /accounts/set-password/{uid}/{token}/                  405    405    405    405    405    405    405    405    405    405    405    405    405    405
READ /accounts/set-password/{uid}/wrong-token/              200    200    200    200    200    200    200    200    200    200    200    200    200    200
POST /accounts/set-password/{uid}/wrong-token/              200    200    200    200    200    200    200    200    200    200    200    200    200    200
ODD  /accounts/set-password/{uid}/wrong-token/              405    405    405    405    405    405    405    405    405    405    405    405    405    405
READ /accounts/set-password/{uid}/set-password/             200    200    200    200    200    200    200    200    200    200    200    200    200    200
GET  /accounts/set-password/{uid}/set-password/ :link       200    200    200    200    200    200    200    200    200    200    200    200    200    200
POST /accounts/set-password/{uid}/set-password/             200    200    200    200    200    200    200    200    200    200    200    200    200    200
POST /accounts/set-password/{uid}/set-password/ :link       302!   302!   302!   302!   302!   302!   302!   302!   302!   302!   302!   302!   302!   302!
ODD  /accounts/set-password/{uid}/set-password/             405    405    405    405    405    405    405    405    405    405    405    405    405    405

# The account center and the inbox.
#                                                           anon   c-adm  c-mem  ready  refer  free   o-cust p-adm  p-mem  o-part staff  clerk  gone   shut
READ /account/                                              L      200    200    200    200    200    200    200    200    200    403    403    L      L
POST /account/                                              L      405    405    405    405    405    405    405    405    405    405    405    L      L
ODD  /account/                                              L      405    405    405    405    405    405    405    405    405    405    405    L      L
READ /account/currency/                                     L      405    405    405    405    405    405    405    405    405    405    405    L      L
POST /account/currency/                                     L      422    403+   422    422    422    422    403+   403+   403+   403+   403+   L      L
POST /account/currency/ :currency                           L      409+   403+   409+   409+   303!   409+   403+   403+   403+   403+   403+   L      L
ODD  /account/currency/                                     L      405    405    405    405    405    405    405    405    405    405    405    L      L
READ /account/password/                                     L      200    200    200    200    200    200    200    200    200    403    403    L      L
POST /account/password/                                     L      422    422    422    422    422    422    422    422    422    403+   403+   L      L
POST /account/password/ :new-password                       L      303!   303!   303!   303!   303!   303!   303!   303!   303!   403+   403+   L      L
POST /account/password/ :not-the-old-password               L      422+   422+   422+   422+   422+   422+   422+   422+   422+   403+   403+   L      L
ODD  /account/password/                                     L      405    405    405    405    405    405    405    405    405    405    405    L      L
READ /account/mobile-number/                                L      200    200    200    200    200    200    200    200    200    403    403    L      L
POST /account/mobile-number/                                L      422    422    422    422    422    422    422    422    422    403+   403+   L      L
POST /account/mobile-number/ :number                        L      303!   303!   303!   303!   303!   303!   303!   303!   303!   403+   403+   L      L
POST /account/mobile-number/ :wrong-password                L      422+   422+   422+   422+   422+   422+   422+   422+   422+   403+   403+   L      L
ODD  /account/mobile-number/                                L      405    405    405    405    405    405    405    405    405    405    405    L      L
READ /account/mobile-number/code/                           L      303    303    303    303    303    303    303    303    303    403    403    L      L
GET  /account/mobile-number/code/ :number-code              L      200    200    200    200    200    200    200    200    200    403    403    L      L
POST /account/mobile-number/code/                           L      303    303    303    303    303    303    303    303    303    403+   403+   L      L
POST /account/mobile-number/code/ :number-code              L      303!   303!   303!   303!   303!   303!   303!   303!   303!   403+   403+   L      L
ODD  /account/mobile-number/code/                           L      405    405    405    405    405    405    405    405    405    405    405    L      L
READ /account/mobile-number/code/resend/                    L      405    405    405    405    405    405    405    405    405    405    405    L      L
POST /account/mobile-number/code/resend/                    L      303    303    303    303    303    303    303    303    303    403+   403+   L      L
POST /account/mobile-number/code/resend/ :number-code       L      429+   429+   429+   429+   429+   429+   429+   429+   429+   403+   403+   L      L
ODD  /account/mobile-number/code/resend/                    L      405    405    405    405    405    405    405    405    405    405    405    L      L
READ /notifications/                                        L      200    200    200    200    200    200    200    200    200    403    403    L      L
POST /notifications/                                        L      405    405    405    405    405    405    405    405    405    405    405    L      L
ODD  /notifications/                                        L      405    405    405    405    405    405    405    405    405    405    405    L      L
READ /notifications/read/                                   L      405    405    405    405    405    405    405    405    405    405    405    L      L
POST /notifications/read/                                   L      303    303    303    303    303    303    303    303    303    403    403    L      L
POST /notifications/read/ :until                            L      303!   303    303!   303    303    303    303!   303    303    403    403    L      L
ODD  /notifications/read/                                   L      405    405    405    405    405    405    405    405    405    405    405    L      L

# The customer's pages.
#                                                           anon   c-adm  c-mem  ready  refer  free   o-cust p-adm  p-mem  o-part staff  clerk  gone   shut
READ /my-partner/                                           L      200    200    200    200    200    200    403    403    403    403    403    L      L
POST /my-partner/                                           L      405    405    405    405    405    405    405    405    405    405    405    L      L
ODD  /my-partner/                                           L      405    405    405    405    405    405    405    405    405    405    405    L      L
READ /my-partner/disassociate/                              L      200    403    200    200    302    200    403    403    403    403    403    L      L
POST /my-partner/disassociate/                              L      422    403+   422    422    303    422    403+   403+   403+   403+   403+   L      L
POST /my-partner/disassociate/ :ticked                      L      409+   403+   303!   303!   303    409+   403+   403+   403+   403+   403+   L      L
ODD  /my-partner/disassociate/                              L      405    405    405    405    405    405    405    405    405    405    405    L      L
READ /my-partner/disassociate/verify/                       L      303    403    303    303    303    303    403    403    403    403    403    L      L
GET  /my-partner/disassociate/verify/ :code                 L      303    403    200    200    303    303    403    403    403    403    403    L      L
POST /my-partner/disassociate/verify/                       L      303    403+   303    303    303    303    403+   403+   403+   403+   403+   L      L
POST /my-partner/disassociate/verify/ :code                 L      303+   403+   303!   303!   303    303+   403+   403+   403+   403+   403+   L      L
POST /my-partner/disassociate/verify/ :wrong-code           L      303+   403+   422+   422+   303    303+   403+   403+   403+   403+   403+   L      L
ODD  /my-partner/disassociate/verify/                       L      405    405    405    405    405    405    405    405    405    405    405    L      L
READ /my-partner/disassociate/verify/new-code/              L      303    403    303    303    303    303    403    403    403    403    403    L      L
POST /my-partner/disassociate/verify/new-code/              L      303+   403+   303+   303+   303    303+   403+   403+   403+   403+   403+   L      L
POST /my-partner/disassociate/verify/new-code/ :code        L      303+   403+   429+   429+   303    303+   403+   403+   403+   403+   403+   L      L
ODD  /my-partner/disassociate/verify/new-code/              L      405    405    405    405    405    405    405    405    405    405    405    L      L
READ /my-partner/operation-log/                             L      200    200    200    200    200    200    403    403    403    403    403    L      L
POST /my-partner/operation-log/                             L      200!   403+   200!   200!   200!   200!   403+   403+   403+   403+   403+   L      L
ODD  /my-partner/operation-log/                             L      405    405    405    405    405    405    405    405    405    405    405    L      L
READ /my-partner/process/                                   L      200    403    200    200    200    200    403    403    403    403    403    L      L
POST /my-partner/process/                                   L      405    405    405    405    405    405    405    405    405    405    405    L      L
ODD  /my-partner/process/                                   L      405    405    405    405    405    405    405    405    405    405    405    L      L

# The partner's pages.
#                                                           anon   c-adm  c-mem  ready  refer  free   o-cust p-adm  p-mem  o-part staff  clerk  gone   shut
READ /partner/process/                                      L      403    403    403    403    403    403    200    403    200    403    403    L      L
POST /partner/process/                                      L      405    405    405    405    405    405    405    405    405    405    405    L      L
ODD  /partner/process/                                      L      405    405    405    405    405    405    405    405    405    405    405    L      L
READ /partner/customers/                                    L      403    403    403    403    403    403    200    200    200    403    403    L      L
POST /partner/customers/                                    L      405    405    405    405    405    405    405    405    405    405    405    L      L
ODD  /partner/customers/                                    L      405    405    405    405    405    405    405    405    405    405    405    L      L
READ /partner/operation-log/                                L      403    403    403    403    403    403    200    200    200    403    403    L      L
POST /partner/operation-log/                                L      403+   403+   403+   403+   403+   403+   200!   403+   200!   403+   403+   L      L
ODD  /partner/operation-log/                                L      405    405    405    405    405    405    405    405    405    405    405    L      L

# A request: PENDING, COMPLETED and the closed ones are c-adm's (COMPLETED with o-part, else with p-adm), THEIRS is o-part's to o-cust,
# APPROVED (completion waits) and LATER (for a date to come) are p-adm's; a look of who decides is noted once, UNKNOWN does not exist.
#                                                           anon   c-adm  c-mem  ready  refer  free   o-cust p-adm  p-mem  o-part staff  clerk  gone   shut
GET  /requests/D-PENDING/                                   L      200    200    404    404    404    404    200!   200    404    403    403    L      L
HEAD /requests/D-PENDING/                                   L      200    200    404    404    404    404    200    200    404    403    403    L      L
POST /requests/D-PENDING/                                   L      405    405    405    405    405    405    405    405    405    405    405    L      L
ODD  /requests/D-PENDING/                                   L      405    405    405    405    405    405    405    405    405    405    405    L      L
GET  /requests/D-THEIRS/                                    L      404    404    404    404    404    200!   404    404    200    403    403    L      L
GET  /requests/D-APPROVED/                                  L      404    404    404    404    404    404    200    200    404    403    403    L      L
GET  /requests/D-LATER/                                     L      404    404    404    404    404    404    200    200    404    403    403    L      L
GET  /requests/D-COMPLETED/                                 L      200    200    404    404    404    404    404    404    200    403    403    L      L
GET  /requests/D-REJECTED/                                  L      200    200    404    404    404    404    200    200    404    403    403    L      L
GET  /requests/D-WITHDRAWN/                                 L      200    200    404    404    404    404    200    200    404    403    403    L      L
GET  /requests/D-EXPIRED/                                   L      200    200    404    404    404    404    200    200    404    403    403    L      L
GET  /requests/D-CANCELLED/                                 L      200    200    404    404    404    404    200    200    404    403    403    L      L
GET  /requests/D-UNKNOWN/                                   L      404    404    404    404    404    404    404    404    404    403    403    L      L
HEAD /requests/D-UNKNOWN/                                   L      404    404    404    404    404    404    404    404    404    403    403    L      L
POST /requests/D-UNKNOWN/                                   L      405    405    405    405    405    405    405    405    405    405    405    L      L
ODD  /requests/D-UNKNOWN/                                   L      405    405    405    405    405    405    405    405    405    405    405    L      L
GET  /partner/process/D-PENDING/                            L      403    403    403    403    403    403    200!   403    404    403    403    L      L
HEAD /partner/process/D-PENDING/                            L      403    403    403    403    403    403    200    403    404    403    403    L      L
POST /partner/process/D-PENDING/                            L      405    405    405    405    405    405    405    405    405    405    405    L      L
ODD  /partner/process/D-PENDING/                            L      405    405    405    405    405    405    405    405    405    405    405    L      L
GET  /partner/process/D-THEIRS/                             L      403    403    403    403    403    403    404    403    200    403    403    L      L
GET  /partner/process/D-APPROVED/                           L      403    403    403    403    403    403    200    403    404    403    403    L      L
GET  /partner/process/D-LATER/                              L      403    403    403    403    403    403    200    403    404    403    403    L      L
GET  /partner/process/D-COMPLETED/                          L      403    403    403    403    403    403    404    403    200    403    403    L      L
GET  /partner/process/D-REJECTED/                           L      403    403    403    403    403    403    200    403    404    403    403    L      L
GET  /partner/process/D-WITHDRAWN/                          L      403    403    403    403    403    403    200    403    404    403    403    L      L
GET  /partner/process/D-EXPIRED/                            L      403    403    403    403    403    403    200    403    404    403    403    L      L
GET  /partner/process/D-CANCELLED/                          L      403    403    403    403    403    403    200    403    404    403    403    L      L
GET  /partner/process/D-UNKNOWN/                            L      403    403    403    403    403    403    404    403    404    403    403    L      L
HEAD /partner/process/D-UNKNOWN/                            L      403    403    403    403    403    403    404    403    404    403    403    L      L
POST /partner/process/D-UNKNOWN/                            L      405    405    405    405    405    405    405    405    405    405    405    L      L
ODD  /partner/process/D-UNKNOWN/                            L      405    405    405    405    405    405    405    405    405    405    405    L      L
READ /requests/D-PENDING/withdraw/                          L      303    303    404    404    404    404    303    303    404    403    403    L      L
ODD  /requests/D-PENDING/withdraw/                          L      405    405    405    405    405    405    405    405    405    405    405    L      L
POST /requests/D-PENDING/withdraw/                          L      303!   403+   404    404    404    404    403+   403+   404    403+   403+   L      L
POST /requests/D-THEIRS/withdraw/                           L      404    404    404    404    404    403+   404    404    303!   403+   403+   L      L
POST /requests/D-APPROVED/withdraw/                         L      404    404    404    404    404    404    409+   403+   404    403+   403+   L      L
POST /requests/D-LATER/withdraw/                            L      404    404    404    404    404    404    303!   403+   404    403+   403+   L      L
POST /requests/D-COMPLETED/withdraw/                        L      409+   403+   404    404    404    404    404    404    403+   403+   403+   L      L
POST /requests/D-REJECTED/withdraw/                         L      409+   403+   404    404    404    404    403+   403+   404    403+   403+   L      L
POST /requests/D-WITHDRAWN/withdraw/                        L      409+   403+   404    404    404    404    403+   403+   404    403+   403+   L      L
POST /requests/D-EXPIRED/withdraw/                          L      409+   403+   404    404    404    404    403+   403+   404    403+   403+   L      L
POST /requests/D-CANCELLED/withdraw/                        L      409+   403+   404    404    404    404    403+   403+   404    403+   403+   L      L
READ /requests/D-UNKNOWN/withdraw/                          L      404    404    404    404    404    404    404    404    404    403    403    L      L
ODD  /requests/D-UNKNOWN/withdraw/                          L      405    405    405    405    405    405    405    405    405    405    405    L      L
POST /requests/D-UNKNOWN/withdraw/                          L      404    404    404    404    404    404    404    404    404    403+   403+   L      L
READ /requests/D-PENDING/approve/                           L      303    303    404    404    404    404    303    303    404    403    403    L      L
ODD  /requests/D-PENDING/approve/                           L      405    405    405    405    405    405    405    405    405    405    405    L      L
POST /requests/D-PENDING/approve/                           L      403+   403+   404    404    404    404    303!   403+   404    403+   403+   L      L
POST /requests/D-THEIRS/approve/                            L      404    404    404    404    404    303!   404    404    403+   403+   403+   L      L
POST /requests/D-APPROVED/approve/                          L      404    404    404    404    404    404    403+   403+   404    403+   403+   L      L
POST /requests/D-LATER/approve/                             L      404    404    404    404    404    404    403+   403+   404    403+   403+   L      L
POST /requests/D-COMPLETED/approve/                         L      403+   403+   404    404    404    404    404    404    409+   403+   403+   L      L
POST /requests/D-REJECTED/approve/                          L      403+   403+   404    404    404    404    409+   403+   404    403+   403+   L      L
POST /requests/D-WITHDRAWN/approve/                         L      403+   403+   404    404    404    404    409+   403+   404    403+   403+   L      L
POST /requests/D-EXPIRED/approve/                           L      403+   403+   404    404    404    404    409+   403+   404    403+   403+   L      L
POST /requests/D-CANCELLED/approve/                         L      403+   403+   404    404    404    404    409+   403+   404    403+   403+   L      L
READ /requests/D-UNKNOWN/approve/                           L      404    404    404    404    404    404    404    404    404    403    403    L      L
ODD  /requests/D-UNKNOWN/approve/                           L      405    405    405    405    405    405    405    405    405    405    405    L      L
POST /requests/D-UNKNOWN/approve/                           L      404    404    404    404    404    404    404    404    404    403+   403+   L      L
READ /requests/D-PENDING/reject/                            L      303    303    404    404    404    404    303    303    404    403    403    L      L
ODD  /requests/D-PENDING/reject/                            L      405    405    405    405    405    405    405    405    405    405    405    L      L
POST /requests/D-PENDING/reject/                            L      403+   403+   404    404    404    404    422    403+   404    403+   403+   L      L
POST /requests/D-PENDING/reject/ :reason                    L      403+   403+   404    404    404    404    303!   403+   404    403+   403+   L      L
POST /requests/D-THEIRS/reject/                             L      404    404    404    404    404    422    404    404    403+   403+   403+   L      L
POST /requests/D-THEIRS/reject/ :reason                     L      404    404    404    404    404    303!   404    404    403+   403+   403+   L      L
POST /requests/D-APPROVED/reject/ :reason                   L      404    404    404    404    404    404    403+   403+   404    403+   403+   L      L
POST /requests/D-LATER/reject/ :reason                      L      404    404    404    404    404    404    403+   403+   404    403+   403+   L      L
POST /requests/D-COMPLETED/reject/                          L      403+   403+   404    404    404    404    404    404    422    403+   403+   L      L
POST /requests/D-COMPLETED/reject/ :reason                  L      403+   403+   404    404    404    404    404    404    409+   403+   403+   L      L
POST /requests/D-REJECTED/reject/ :reason                   L      403+   403+   404    404    404    404    409+   403+   404    403+   403+   L      L
POST /requests/D-WITHDRAWN/reject/ :reason                  L      403+   403+   404    404    404    404    409+   403+   404    403+   403+   L      L
POST /requests/D-EXPIRED/reject/ :reason                    L      403+   403+   404    404    404    404    409+   403+   404    403+   403+   L      L
POST /requests/D-CANCELLED/reject/ :reason                  L      403+   403+   404    404    404    404    409+   403+   404    403+   403+   L      L
READ /requests/D-UNKNOWN/reject/                            L      404    404    404    404    404    404    404    404    404    403    403    L      L
ODD  /requests/D-UNKNOWN/reject/                            L      405    405    405    405    405    405    405    405    405    405    405    L      L
POST /requests/D-UNKNOWN/reject/                            L      404    404    404    404    404    404    404    404    404    403+   403+   L      L
POST /requests/D-UNKNOWN/reject/ :reason                    L      404    404    404    404    404    404    404    404    404    403+   403+   L      L

# The admin, the pages of models aside.
#                                                           anon   c-adm  c-mem  ready  refer  free   o-cust p-adm  p-mem  o-part staff  clerk  gone   shut
READ /admin/                                                L      403    403    403    403    403    403    403    403    403    200    200    L      L
POST /admin/                                                L      403+   403+   403+   403+   403+   403+   403+   403+   403+   200    200    L      L
ODD  /admin/                                                L      405    405    405    405    405    405    405    405    405    405    405    L      L
READ /admin/login/                                          L      403    403    403    403    403    403    403    403    403    403    403    L      L
POST /admin/login/                                          405    405    405    405    405    405    405    405    405    405    405    405    405    405
ODD  /admin/login/                                          405    405    405    405    405    405    405    405    405    405    405    405    405    405
READ /admin/logout/                                         L      403    403    403    403    403    403    403    403    403    405    405    L      L
POST /admin/logout/                                         L      403+   403+   403+   403+   403+   403+   403+   403+   403+   302    302    L      L
ODD  /admin/logout/                                         L      405    405    405    405    405    405    405    405    405    405    405    L      L
READ /admin/password_change/                                L      403    403    403    403    403    403    403    403    403    200    200    L      L
POST /admin/password_change/                                L      403+   403+   403+   403+   403+   403+   403+   403+   403+   422    422    L      L
ODD  /admin/password_change/                                L      405    405    405    405    405    405    405    405    405    405    405    L      L
READ /admin/password_change/done/                           L      403    403    403    403    403    403    403    403    403    200    200    L      L
POST /admin/password_change/done/                           L      403+   403+   403+   403+   403+   403+   403+   403+   403+   405    405    L      L
ODD  /admin/password_change/done/                           L      405    405    405    405    405    405    405    405    405    405    405    L      L
READ /admin/autocomplete/                                   L      403    403    403    403    403    403    403    403    403    403    403    L      L
POST /admin/autocomplete/                                   L      403+   403+   403+   403+   403+   403+   403+   403+   403+   405    405    L      L
ODD  /admin/autocomplete/                                   L      405    405    405    405    405    405    405    405    405    405    405    L      L
READ /admin/jsi18n/                                         L      403    403    403    403    403    403    403    403    403    200    200    L      L
POST /admin/jsi18n/                                         L      403+   403+   403+   403+   403+   403+   403+   403+   403+   405    405    L      L
ODD  /admin/jsi18n/                                         L      405    405    405    405    405    405    405    405    405    405    405    L      L
READ /admin/r/{contenttype}/{accounts.tenant}/              L      403    403    403    403    403    403    403    403    403    404    404    L      L
POST /admin/r/{contenttype}/{accounts.tenant}/              L      403+   403+   403+   403+   403+   403+   403+   403+   403+   404    404    L      L
ODD  /admin/r/{contenttype}/{accounts.tenant}/              L      405    405    405    405    405    405    405    405    405    405    405    L      L
READ /admin/accounts/                                       L      403    403    403    403    403    403    403    403    403    200    404    L      L
POST /admin/accounts/                                       L      403+   403+   403+   403+   403+   403+   403+   403+   403+   200    404    L      L
ODD  /admin/accounts/                                       L      405    405    405    405    405    405    405    405    405    405    405    L      L
READ /admin/partners/                                       L      403    403    403    403    403    403    403    403    403    200    404    L      L
POST /admin/partners/                                       L      403+   403+   403+   403+   403+   403+   403+   403+   403+   200    404    L      L
ODD  /admin/partners/                                       L      405    405    405    405    405    405    405    405    405    405    405    L      L
READ /admin/auth/                                           L      403    403    403    403    403    403    403    403    403    200    404    L      L
POST /admin/auth/                                           L      403+   403+   403+   403+   403+   403+   403+   403+   403+   200    404    L      L
ODD  /admin/auth/                                           L      405    405    405    405    405    405    405    405    405    405    405    L      L
READ /admin/no-such-page/                                   L      403    403    403    403    403    403    403    403    403    404    404    L      L
POST /admin/no-such-page/                                   L      403+   403+   403+   403+   403+   403+   403+   403+   403+   404    404    L      L
ODD  /admin/no-such-page/                                   L      405    405    405    405    405    405    405    405    405    405    405    L      L
READ /admin/accounts/tenant                                 L      403    403    403    403    403    403    403    403    403    301    301    L      L

# What staff do with a reason: the page of each verb, and the action of a list that leads there.
#                                                                                      anon   c-adm  c-mem  ready  refer  free   o-cust p-adm  p-mem  o-part staff  clerk  gone   shut
READ /admin/accounts/notification/act/send-again/?ids={accounts.notification}          L      403    403    403    403    403    403    403    403    403    200    403    L      L
POST /admin/accounts/notification/act/send-again/?ids={accounts.notification}          L      403+   403+   403+   403+   403+   403+   403+   403+   403+   422    403+   L      L
ODD  /admin/accounts/notification/act/send-again/?ids={accounts.notification}          L      405    405    405    405    405    405    405    405    405    405    405    L      L
POST /admin/accounts/notification/act/send-again/?ids={accounts.notification} :reason  L      403+   403+   403+   403+   403+   403+   403+   403+   403+   303!   403+   L      L
POST /admin/accounts/notification/act/send-again/?ids={notice-sent} :reason            L      403+   403+   403+   403+   403+   403+   403+   403+   403+   303+   403+   L      L
READ /admin/accounts/user/act/set-password/?ids={accounts.user}                        L      403    403    403    403    403    403    403    403    403    200    403    L      L
POST /admin/accounts/user/act/set-password/?ids={accounts.user}                        L      403+   403+   403+   403+   403+   403+   403+   403+   403+   422    403+   L      L
ODD  /admin/accounts/user/act/set-password/?ids={accounts.user}                        L      405    405    405    405    405    405    405    405    405    405    405    L      L
POST /admin/accounts/user/act/set-password/?ids={accounts.user} :password              L      403+   403+   403+   403+   403+   403+   403+   403+   403+   303!   403+   L      L
READ /admin/accounts/user/act/send-link/?ids={accounts.user}                           L      403    403    403    403    403    403    403    403    403    200    403    L      L
POST /admin/accounts/user/act/send-link/?ids={accounts.user}                           L      403+   403+   403+   403+   403+   403+   403+   403+   403+   422    403+   L      L
ODD  /admin/accounts/user/act/send-link/?ids={accounts.user}                           L      405    405    405    405    405    405    405    405    405    405    405    L      L
POST /admin/accounts/user/act/send-link/?ids={accounts.user} :reason                   L      403+   403+   403+   403+   403+   403+   403+   403+   403+   303!   403+   L      L
READ /admin/accounts/tenant/act/associate/?ids={accounts.tenant}                       L      403    403    403    403    403    403    403    403    403    200    403    L      L
POST /admin/accounts/tenant/act/associate/?ids={accounts.tenant}                       L      403+   403+   403+   403+   403+   403+   403+   403+   403+   422    403+   L      L
ODD  /admin/accounts/tenant/act/associate/?ids={accounts.tenant}                       L      405    405    405    405    405    405    405    405    405    405    405    L      L
POST /admin/accounts/tenant/act/associate/?ids={accounts.tenant} :partner              L      403+   403+   403+   403+   403+   403+   403+   403+   403+   303!   403+   L      L
READ /admin/accounts/tenant/act/grant/?ids={accounts.tenant}                           L      403    403    403    403    403    403    403    403    403    200    403    L      L
POST /admin/accounts/tenant/act/grant/?ids={accounts.tenant}                           L      403+   403+   403+   403+   403+   403+   403+   403+   403+   422    403+   L      L
ODD  /admin/accounts/tenant/act/grant/?ids={accounts.tenant}                           L      405    405    405    405    405    405    405    405    405    405    405    L      L
POST /admin/accounts/tenant/act/grant/?ids={accounts.tenant} :reason                   L      403+   403+   403+   403+   403+   403+   403+   403+   403+   303    403+   L      L
READ /admin/partners/disassociationrequest/act/approve/?ids={D-PENDING}                L      403    403    403    403    403    403    403    403    403    200    403    L      L
POST /admin/partners/disassociationrequest/act/approve/?ids={D-PENDING}                L      403+   403+   403+   403+   403+   403+   403+   403+   403+   422    403+   L      L
ODD  /admin/partners/disassociationrequest/act/approve/?ids={D-PENDING}                L      405    405    405    405    405    405    405    405    405    405    405    L      L
POST /admin/partners/disassociationrequest/act/approve/?ids={D-PENDING} :reason        L      403+   403+   403+   403+   403+   403+   403+   403+   403+   303!   403+   L      L
POST /admin/partners/disassociationrequest/act/approve/?ids={D-THEIRS} :reason         L      403+   403+   403+   403+   403+   403+   403+   403+   403+   303!   403+   L      L
POST /admin/partners/disassociationrequest/act/approve/?ids={D-APPROVED} :reason       L      403+   403+   403+   403+   403+   403+   403+   403+   403+   303+   403+   L      L
POST /admin/partners/disassociationrequest/act/approve/?ids={D-LATER} :reason          L      403+   403+   403+   403+   403+   403+   403+   403+   403+   303+   403+   L      L
POST /admin/partners/disassociationrequest/act/approve/?ids={D-COMPLETED} :reason      L      403+   403+   403+   403+   403+   403+   403+   403+   403+   303+   403+   L      L
READ /admin/partners/disassociationrequest/act/reject/?ids={D-PENDING}                 L      403    403    403    403    403    403    403    403    403    200    403    L      L
POST /admin/partners/disassociationrequest/act/reject/?ids={D-PENDING}                 L      403+   403+   403+   403+   403+   403+   403+   403+   403+   422    403+   L      L
ODD  /admin/partners/disassociationrequest/act/reject/?ids={D-PENDING}                 L      405    405    405    405    405    405    405    405    405    405    405    L      L
POST /admin/partners/disassociationrequest/act/reject/?ids={D-PENDING} :reason         L      403+   403+   403+   403+   403+   403+   403+   403+   403+   303!   403+   L      L
POST /admin/partners/disassociationrequest/act/reject/?ids={D-THEIRS} :reason          L      403+   403+   403+   403+   403+   403+   403+   403+   403+   303!   403+   L      L
POST /admin/partners/disassociationrequest/act/reject/?ids={D-APPROVED} :reason        L      403+   403+   403+   403+   403+   403+   403+   403+   403+   303+   403+   L      L
POST /admin/partners/disassociationrequest/act/reject/?ids={D-LATER} :reason           L      403+   403+   403+   403+   403+   403+   403+   403+   403+   303+   403+   L      L
POST /admin/partners/disassociationrequest/act/reject/?ids={D-COMPLETED} :reason       L      403+   403+   403+   403+   403+   403+   403+   403+   403+   303+   403+   L      L
READ /admin/partners/disassociationrequest/act/cancel/?ids={D-PENDING}                 L      403    403    403    403    403    403    403    403    403    200    403    L      L
POST /admin/partners/disassociationrequest/act/cancel/?ids={D-PENDING}                 L      403+   403+   403+   403+   403+   403+   403+   403+   403+   422    403+   L      L
ODD  /admin/partners/disassociationrequest/act/cancel/?ids={D-PENDING}                 L      405    405    405    405    405    405    405    405    405    405    405    L      L
POST /admin/partners/disassociationrequest/act/cancel/?ids={D-PENDING} :reason         L      403+   403+   403+   403+   403+   403+   403+   403+   403+   303!   403+   L      L
POST /admin/partners/disassociationrequest/act/cancel/?ids={D-THEIRS} :reason          L      403+   403+   403+   403+   403+   403+   403+   403+   403+   303!   403+   L      L
POST /admin/partners/disassociationrequest/act/cancel/?ids={D-APPROVED} :reason        L      403+   403+   403+   403+   403+   403+   403+   403+   403+   303!   403+   L      L
POST /admin/partners/disassociationrequest/act/cancel/?ids={D-LATER} :reason           L      403+   403+   403+   403+   403+   403+   403+   403+   403+   303!   403+   L      L
POST /admin/partners/disassociationrequest/act/cancel/?ids={D-COMPLETED} :reason       L      403+   403+   403+   403+   403+   403+   403+   403+   403+   303+   403+   L      L
READ /admin/partners/association/act/no-such-verb/?ids={partners.association}          L      403    403    403    403    403    403    403    403    403    404    404    L      L
POST /admin/partners/association/act/no-such-verb/?ids={partners.association}          L      403+   403+   403+   403+   403+   403+   403+   403+   403+   404    404    L      L
ODD  /admin/partners/association/act/no-such-verb/?ids={partners.association}          L      405    405    405    405    405    405    405    405    405    405    405    L      L
READ /admin/partners/partner/act/no-such-verb/?ids={partners.partner}                  L      403    403    403    403    403    403    403    403    403    404    404    L      L
POST /admin/partners/partner/act/no-such-verb/?ids={partners.partner}                  L      403+   403+   403+   403+   403+   403+   403+   403+   403+   404    404    L      L
ODD  /admin/partners/partner/act/no-such-verb/?ids={partners.partner}                  L      405    405    405    405    405    405    405    405    405    405    405    L      L
POST /admin/accounts/notification/ :action=send-again                                  L      403+   403+   403+   403+   403+   403+   403+   403+   403+   302    403+   L      L
POST /admin/accounts/user/ :action=send-link                                           L      403+   403+   403+   403+   403+   403+   403+   403+   403+   302    403+   L      L
POST /admin/accounts/tenant/ :action=associate                                         L      403+   403+   403+   403+   403+   403+   403+   403+   403+   302    403+   L      L
POST /admin/accounts/tenant/ :action=grant                                             L      403+   403+   403+   403+   403+   403+   403+   403+   403+   302    403+   L      L
POST /admin/partners/disassociationrequest/ :action=approve                            L      403+   403+   403+   403+   403+   403+   403+   403+   403+   302    403+   L      L
POST /admin/partners/disassociationrequest/ :action=reject                             L      403+   403+   403+   403+   403+   403+   403+   403+   403+   302    403+   L      L
POST /admin/partners/disassociationrequest/ :action=cancel                             L      403+   403+   403+   403+   403+   403+   403+   403+   403+   302    403+   L      L
"""

# The pages of each model in the admin as a superuser gets them: GET (and HEAD), then POST of an empty form.
MODELS = """
#                               list      add       change    history   delete    row
accounts.arrears                200 200   200 200   200 200   200 200   403 403+  302 302
accounts.chainhead              200 200   403 403+  200 403+  200 200   403 403+  302 302
accounts.challenge              200 200   403 403+  200 403+  200 200   403 403+  302 302
accounts.commercecontract       200 200   200 200   200 200   200 200   403 403+  302 302
accounts.factfeed               200 200   200 200   200 200   200 200   403 403+  302 302
accounts.memberaccount          200 200   200 200   200 200   200 200   403 403+  302 302
accounts.notification           200 200   403 403+  200 403+  200 200   403 403+  302 302
accounts.operationlogentry      200 200   403 403+  200 403+  200 200   403 403+  302 302
accounts.order                  200 200   200 200   200 200   200 200   403 403+  302 302
accounts.reservedinstance       200 200   200 200   200 200   200 200   403 403+  302 302
accounts.smsdevice              200 200   403 403+  200 403+  200 200   403 403+  302 302
accounts.supportplan            200 200   200 200   200 200   200 200   403 403+  302 302
accounts.tenant                 200 200   200 200   200 200   200 200   403 403+  302 302
accounts.user                   200 200   200 200   200 200   200 200   403 403+  302 302
auth.group                      200 200   200 200   200 200   200 200   403 403+  302 302
partners.association            200 200   403 403+  200 403+  200 200   403 403+  302 302
partners.disassociationrequest  200 200   403 403+  200 403+  200 200   403 403+  302 302
partners.grant                  200 200   403 403+  200 403+  200 200   403 403+  302 302
partners.partner                200 200   200 200   200 302!  200 200   403 403+  302 302
partners.policy                 200 200   200 200   200 403+  200 200   403 403+  302 302
partners.statement              200 200   200 200   200 403+  200 200   403 403+  302 302
"""
MODEL_PAGES = {
    "list": "",
    "add": "add/",
    "change": "{KEY}/change/",
    "history": "{KEY}/history/",
    "delete": "{KEY}/delete/",
    "row": "{KEY}/",
}
# The same pages for everybody; `=` is the cell of the table above. A later line overrules.
MODEL_ROLES = """
#             anon  c-adm c-mem ready refer free  o-cust p-adm p-mem o-part staff clerk gone  shut
any READ      L     403   403   403   403   403   403   403   403   403   =     403   L     L
any POST      L     403+  403+  403+  403+  403+  403+  403+  403+  403+  =     403+  L     L
any ODD       L     405   405   405   405   405   405   405   405   405   405   405   L     L
row READ      L     403   403   403   403   403   403   403   403   403   =     302   L     L
row POST      L     403+  403+  403+  403+  403+  403+  403+  403+  403+  =     302   L     L
"""


@dataclass(frozen=True)
class Row:
    method: str  # GET, HEAD, POST, READ or ODD
    path: str
    given: str
    cells: tuple[str, ...]
    is_of_model: bool = False

    def __str__(self) -> str:
        return f"{self.method} {self.path} {self.given}".rstrip()


def rows() -> list[Row]:
    return [*_page_rows(), *_model_rows()]


def _table(text: str) -> list[list[str]]:
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    return [line.split() for line in lines]


def _page_rows() -> list[Row]:
    return [_row(words[: -len(ROLES)], words[-len(ROLES) :]) for words in _table(PAGES)]


def _row(head: list[str], cells: list[str]) -> Row:
    method, path, *given = head
    return Row(method, path, "".join(given), tuple(cells))


def _model_rows() -> list[Row]:
    roles = _model_roles()
    found = []
    for model, *cells in _table(MODELS):
        for number, (page, rest) in enumerate(MODEL_PAGES.items()):
            path = f"/admin/{model.replace('.', '/')}/{rest.replace('KEY', model)}"
            staff = {"READ": cells[2 * number], "POST": cells[2 * number + 1], "ODD": ""}
            for method, cell in staff.items():
                others = roles.get((page, method)) or roles["any", method]
                given = ":yes" if (page, method) == ("delete", "POST") else ""
                found.append(Row(method, path, given, tuple(cell if c == "=" else c for c in others), True))
    return found


def _model_roles() -> dict[tuple[str, str], list[str]]:
    return {(page, method): cells for page, method, *cells in _table(MODEL_ROLES)}
