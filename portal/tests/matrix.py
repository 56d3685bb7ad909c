"""The matrix: what every role gets for every method of every address. One row, one line; read it as a table.

A row is METHOD, ADDRESS, perhaps a `:word` (STORIES in portal/tests/matrix_walk.py: what is sent, what happened before),
one cell per role, and the operation of the entries. READ is GET and HEAD, which answer the same; ODD is PUT, PATCH,
DELETE, OPTIONS and TRACE. Braces stand for keys of portal/tests/matrix_world.py. A method that no row of a view names
is answered by 405.

A cell is the status; `L` leads to the login. Nothing is written (but a session, and the count of a wrong sign-in), unless
it ends in
    `+`  one refused entry in the operation log, and at most the count of a wrong try beside it; with 403, in the log of
         the own organisation alone, and it names a request only if the role may read it
    `!`  what the row is there for was done
The operation at the end of the row is that of these entries; of `a/b`, `a` is that of 403. A cell may name its own.

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
READ /readyz                                                200    200    200    200    200    200    200    200    200    200    200    200    200    200
READ /metrics                                               200    200    200    200    200    200    200    200    200    200    200    200    200    200
READ /brand.css                                             200    200    200    200    200    200    200    200    200    200    200    200    200    200
READ /brand.svg                                             200    200    200    200    200    200    200    200    200    200    200    200    200    200
READ /demo/sign-in/                                         405    405    405    405    405    405    405    405    405    405    405    405    405    405
POST /demo/sign-in/                                         403    403    403    403    403    403    403    403    403    403    403    403    403    403
READ /demo/messages/                                        200    200    200    200    200    200    200    200    200    200    200    200    200    200
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
READ /accounts/login/                                       200    302    302    302    302    302    302    302    302    302    302    302    200    200
POST /accounts/login/                                       422    422    422    422    422    422    422    422    422    422    422    422    422    422
POST /accounts/login/ :login                                303!   303!   303!   303!   303!   303!   303!   303!   303!   303!   303!   303!   303!   303!
POST /accounts/login/ :wrong-login                          422    422    422    422    422    422    422    422    422    422    422    422    422    422
POST /accounts/logout/                                      303    303    303    303    303    303    303    303    303    303    303    303    303    303
POST /accounts/language/ :language                          302    302    302    302    302    302    302    302    302    302    302    302    302    302
POST /theme/ :theme                                         303    303    303    303    303    303    303    303    303    303    303    303    303    303
READ /accounts/password-reset/                              200    200    200    200    200    200    200    200    200    200    200    200    200    200
POST /accounts/password-reset/                              422    422    422    422    422    422    422    422    422    422    422    422    422    422
POST /accounts/password-reset/ :mail                        303!   303!   303!   303!   303!   303!   303!   303!   303!   303!   303!   303!   303!   303!
READ /accounts/password-reset/sent/                         200    200    200    200    200    200    200    200    200    200    200    200    200    200
READ /accounts/set-password/{uid}/{token}/                  302    302    302    302    302    302    302    302    302    302    302    302    302    302
POST /accounts/set-password/{uid}/{token}/                  302    302    302    302    302    302    302    302    302    302    302    302    302    302
READ /accounts/set-password/{uid}/wrong-token/              200    200    200    200    200    200    200    200    200    200    200    200    200    200
POST /accounts/set-password/{uid}/wrong-token/              200    200    200    200    200    200    200    200    200    200    200    200    200    200
READ /accounts/set-password/{uid}/set-password/             200    200    200    200    200    200    200    200    200    200    200    200    200    200
GET  /accounts/set-password/{uid}/set-password/ :link       200    200    200    200    200    200    200    200    200    200    200    200    200    200
POST /accounts/set-password/{uid}/set-password/             200    200    200    200    200    200    200    200    200    200    200    200    200    200
POST /accounts/set-password/{uid}/set-password/ :link       302!   302!   302!   302!   302!   302!   302!   302!   302!   302!   302!   302!   302!   302!   record-changed

# The account center and the inbox.
#                                                           anon   c-adm  c-mem  ready  refer  free   o-cust p-adm  p-mem  o-part staff  clerk  gone   shut
READ /account/                                              L      200    200    200    200    200    200    200    200    200    403    403    L      L
POST /account/currency/                                     L      422    403+   422    422    422    422    403+   403+   403+   403+   403+   L      L      currency-set
POST /account/currency/ :currency                           L      409+   403+   409+   409+   303!   409+   403+   403+   403+   403+   403+   L      L      currency-set
READ /account/password/                                     L      200    200    200    200    200    200    200    200    200    403    403    L      L
POST /account/password/                                     L      422    422    422    422    422    422    422    422    422    403+   403+   L      L      record-changed
POST /account/password/ :new-password                       L      303!   303!   303!   303!   303!   303!   303!   303!   303!   403+   403+   L      L      record-changed
POST /account/password/ :not-the-old-password               L      422+   422+   422+   422+   422+   422+   422+   422+   422+   403+   403+   L      L      record-changed
READ /account/mobile-number/                                L      200    200    200    200    200    200    200    200    200    403    403    L      L
POST /account/mobile-number/                                L      422    422    422    422    422    422    422    422    422    403+   403+   L      L      number-changed
POST /account/mobile-number/ :number                        L      303!   303!   303!   303!   303!   303!   303!   303!   303!   403+   403+   L      L      number-changed/code-sent
POST /account/mobile-number/ :wrong-password                L      422+   422+   422+   422+   422+   422+   422+   422+   422+   403+   403+   L      L      number-changed
READ /account/mobile-number/code/                           L      303    303    303    303    303    303    303    303    303    403    403    L      L
GET  /account/mobile-number/code/ :number-code              L      200    200    200    200    200    200    200    200    200    403    403    L      L
POST /account/mobile-number/code/                           L      303    303    303    303    303    303    303    303    303    403+   403+   L      L      number-changed
POST /account/mobile-number/code/ :number-code              L      303!   303!   303!   303!   303!   303!   303!   303!   303!   403+   403+   L      L      number-changed/code-sent
READ /account/mobile-number/code/resend/                    L      303    303    303    303    303    303    303    303    303    403    403    L      L
POST /account/mobile-number/code/resend/                    L      303    303    303    303    303    303    303    303    303    403+   403+   L      L      code-sent
POST /account/mobile-number/code/resend/ :number-code       L      429+   429+   429+   429+   429+   429+   429+   429+   429+   403+   403+   L      L      code-sent
READ /notifications/                                        L      200    200    200    200    200    200    200    200    200    403    403    L      L
POST /notifications/read/                                   L      303    303    303    303    303    303    303    303    303    403    403    L      L
POST /notifications/read/ :until                            L      303!   303    303!   303    303    303    303!   303    303    403    403    L      L

# The customer's pages.
#                                                           anon   c-adm  c-mem  ready  refer  free   o-cust p-adm  p-mem  o-part staff  clerk  gone   shut
READ /my-partner/                                           L      200    200    200    200    200    200    403    403    403    403    403    L      L
READ /my-partner/disassociate/                              L      200    403    200    200    302    200    403    403    403    403    403    L      L
POST /my-partner/disassociate/                              L      422    403+   422    422    303    422    403+   403+   403+   403+   403+   L      L      blocked
POST /my-partner/disassociate/ :ticked                      L      409+   403+   303!code-sent 303!code-sent 303    409+   403+   403+   403+   403+   403+   L      L      blocked
READ /my-partner/disassociate/verify/                       L      303    403    303    303    303    303    403    403    403    403    403    L      L
GET  /my-partner/disassociate/verify/ :code                 L      303    403    200    200    303    303    403    403    403    403    403    L      L
POST /my-partner/disassociate/verify/                       L      303    403+   303    303    303    303    403+   403+   403+   403+   403+   L      L      requested
POST /my-partner/disassociate/verify/ :code                 L      303+   403+   303!requested 303!requested 303    303+   403+   403+   403+   403+   403+   L      L      requested/code-refused
POST /my-partner/disassociate/verify/ :wrong-code           L      303+   403+   422+   422+   303    303+   403+   403+   403+   403+   403+   L      L      requested/code-refused
READ /my-partner/disassociate/verify/new-code/              L      303    403    303    303    303    303    403    403    403    403    403    L      L
POST /my-partner/disassociate/verify/new-code/              L      303+   403+   303+   303+   303    303+   403+   403+   403+   403+   403+   L      L      code-sent
POST /my-partner/disassociate/verify/new-code/ :code        L      303+   403+   429+   429+   303    303+   403+   403+   403+   403+   403+   L      L      code-sent
READ /my-partner/operation-log/                             L      200    200    200    200    200    200    403    403    403    403    403    L      L
POST /my-partner/operation-log/                             L      200!   403+   200!   200!   200!   200!   403+   403+   403+   403+   403+   L      L      log-exported
READ /my-partner/process/                                   L      200    403    200    200    200    200    403    403    403    403    403    L      L

# The partner's pages.
#                                                           anon   c-adm  c-mem  ready  refer  free   o-cust p-adm  p-mem  o-part staff  clerk  gone   shut
READ /partner/process/                                      L      403    403    403    403    403    403    200    403    200    403    403    L      L
READ /partner/customers/                                    L      403    403    403    403    403    403    200    200    200    403    403    L      L
READ /partner/operation-log/                                L      403    403    403    403    403    403    200    200    200    403    403    L      L
POST /partner/operation-log/                                L      403+   403+   403+   403+   403+   403+   200!   403+   200!   403+   403+   L      L      log-exported

# A request: PENDING, COMPLETED and the closed ones are c-adm's (COMPLETED with o-part, else with p-adm), THEIRS is o-part's to o-cust,
# APPROVED (completion waits) and LATER (for a date to come) are p-adm's; a look of who decides is noted once, UNKNOWN does not exist.
#                                                           anon   c-adm  c-mem  ready  refer  free   o-cust p-adm  p-mem  o-part staff  clerk  gone   shut
GET  /requests/D-PENDING/                                   L      200    200    404    404    404    404    200!   200    404    403    403    L      L      seen
HEAD /requests/D-PENDING/                                   L      200    200    404    404    404    404    200    200    404    403    403    L      L
GET  /requests/D-THEIRS/                                    L      404    404    404    404    404    200!   404    404    200    403    403    L      L      seen
GET  /requests/D-APPROVED/                                  L      404    404    404    404    404    404    200    200    404    403    403    L      L
GET  /requests/D-LATER/                                     L      404    404    404    404    404    404    200    200    404    403    403    L      L
GET  /requests/D-COMPLETED/                                 L      200    200    404    404    404    404    404    404    200    403    403    L      L
GET  /requests/D-REJECTED/                                  L      200    200    404    404    404    404    200    200    404    403    403    L      L
GET  /requests/D-WITHDRAWN/                                 L      200    200    404    404    404    404    200    200    404    403    403    L      L
GET  /requests/D-EXPIRED/                                   L      200    200    404    404    404    404    200    200    404    403    403    L      L
GET  /requests/D-CANCELLED/                                 L      200    200    404    404    404    404    200    200    404    403    403    L      L
GET  /requests/D-UNKNOWN/                                   L      404    404    404    404    404    404    404    404    404    403    403    L      L
HEAD /requests/D-UNKNOWN/                                   L      404    404    404    404    404    404    404    404    404    403    403    L      L
GET  /partner/process/D-PENDING/                            L      403    403    403    403    403    403    200!   403    404    403    403    L      L      seen
HEAD /partner/process/D-PENDING/                            L      403    403    403    403    403    403    200    403    404    403    403    L      L
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
READ /requests/D-PENDING/withdraw/                          L      303    303    404    404    404    404    303    303    404    403    403    L      L
POST /requests/D-PENDING/withdraw/ :ticked                  L      303!   403+   404    404    404    404    403+   403+   404    403+   403+   L      L      withdrawn
POST /requests/D-PENDING/withdraw/                          L      422    403+   404    404    404    404    403+   403+   404    403+   403+   L      L      withdrawn
POST /requests/D-THEIRS/withdraw/ :ticked                   L      404    404    404    404    404    403+   404    404    303!   403+   403+   L      L      withdrawn
POST /requests/D-APPROVED/withdraw/ :ticked                 L      404    404    404    404    404    404    409+   403+   404    403+   403+   L      L      withdrawn
POST /requests/D-LATER/withdraw/ :ticked                    L      404    404    404    404    404    404    303!   403+   404    403+   403+   L      L      withdrawn
POST /requests/D-COMPLETED/withdraw/ :ticked                L      409+   403+   404    404    404    404    404    404    403+   403+   403+   L      L      withdrawn
POST /requests/D-COMPLETED/withdraw/                        L      422    403+   404    404    404    404    404    404    403+   403+   403+   L      L      withdrawn
POST /requests/D-REJECTED/withdraw/ :ticked                 L      409+   403+   404    404    404    404    403+   403+   404    403+   403+   L      L      withdrawn
POST /requests/D-WITHDRAWN/withdraw/ :ticked                L      409+   403+   404    404    404    404    403+   403+   404    403+   403+   L      L      withdrawn
POST /requests/D-EXPIRED/withdraw/ :ticked                  L      409+   403+   404    404    404    404    403+   403+   404    403+   403+   L      L      withdrawn
POST /requests/D-CANCELLED/withdraw/ :ticked                L      409+   403+   404    404    404    404    403+   403+   404    403+   403+   L      L      withdrawn
READ /requests/D-UNKNOWN/withdraw/                          L      404    404    404    404    404    404    404    404    404    403    403    L      L
POST /requests/D-UNKNOWN/withdraw/ :ticked                  L      404    404    404    404    404    404    404    404    404    403+   403+   L      L      withdrawn
READ /requests/D-PENDING/approve/                           L      303    303    404    404    404    404    303    303    404    403    403    L      L
POST /requests/D-PENDING/approve/ :ticked                   L      403+   403+   404    404    404    404    303!   403+   404    403+   403+   L      L      approved
POST /requests/D-PENDING/approve/                           L      403+   403+   404    404    404    404    422    403+   404    403+   403+   L      L      approved
POST /requests/D-THEIRS/approve/ :ticked                    L      404    404    404    404    404    303!   404    404    403+   403+   403+   L      L      approved
POST /requests/D-APPROVED/approve/ :ticked                  L      404    404    404    404    404    404    403+   403+   404    403+   403+   L      L      approved
POST /requests/D-LATER/approve/ :ticked                     L      404    404    404    404    404    404    403+   403+   404    403+   403+   L      L      approved
POST /requests/D-COMPLETED/approve/ :ticked                 L      403+   403+   404    404    404    404    404    404    409+   403+   403+   L      L      approved
POST /requests/D-COMPLETED/approve/                         L      403+   403+   404    404    404    404    404    404    422    403+   403+   L      L      approved
POST /requests/D-REJECTED/approve/ :ticked                  L      403+   403+   404    404    404    404    409+   403+   404    403+   403+   L      L      approved
POST /requests/D-WITHDRAWN/approve/ :ticked                 L      403+   403+   404    404    404    404    409+   403+   404    403+   403+   L      L      approved
POST /requests/D-EXPIRED/approve/ :ticked                   L      403+   403+   404    404    404    404    409+   403+   404    403+   403+   L      L      approved
POST /requests/D-CANCELLED/approve/ :ticked                 L      403+   403+   404    404    404    404    409+   403+   404    403+   403+   L      L      approved
READ /requests/D-UNKNOWN/approve/                           L      404    404    404    404    404    404    404    404    404    403    403    L      L
POST /requests/D-UNKNOWN/approve/ :ticked                   L      404    404    404    404    404    404    404    404    404    403+   403+   L      L      approved
READ /requests/D-PENDING/reject/                            L      303    303    404    404    404    404    303    303    404    403    403    L      L
POST /requests/D-PENDING/reject/                            L      403+   403+   404    404    404    404    422    403+   404    403+   403+   L      L      rejected
POST /requests/D-PENDING/reject/ :reason                    L      403+   403+   404    404    404    404    303!   403+   404    403+   403+   L      L      rejected
POST /requests/D-THEIRS/reject/                             L      404    404    404    404    404    422    404    404    403+   403+   403+   L      L      rejected
POST /requests/D-THEIRS/reject/ :reason                     L      404    404    404    404    404    303!   404    404    403+   403+   403+   L      L      rejected
POST /requests/D-APPROVED/reject/ :reason                   L      404    404    404    404    404    404    403+   403+   404    403+   403+   L      L      rejected
POST /requests/D-LATER/reject/ :reason                      L      404    404    404    404    404    404    403+   403+   404    403+   403+   L      L      rejected
POST /requests/D-COMPLETED/reject/                          L      403+   403+   404    404    404    404    404    404    422    403+   403+   L      L      rejected
POST /requests/D-COMPLETED/reject/ :reason                  L      403+   403+   404    404    404    404    404    404    409+   403+   403+   L      L      rejected
POST /requests/D-REJECTED/reject/ :reason                   L      403+   403+   404    404    404    404    409+   403+   404    403+   403+   L      L      rejected
POST /requests/D-WITHDRAWN/reject/ :reason                  L      403+   403+   404    404    404    404    409+   403+   404    403+   403+   L      L      rejected
POST /requests/D-EXPIRED/reject/ :reason                    L      403+   403+   404    404    404    404    409+   403+   404    403+   403+   L      L      rejected
POST /requests/D-CANCELLED/reject/ :reason                  L      403+   403+   404    404    404    404    409+   403+   404    403+   403+   L      L      rejected
READ /requests/D-UNKNOWN/reject/                            L      404    404    404    404    404    404    404    404    404    403    403    L      L
POST /requests/D-UNKNOWN/reject/                            L      404    404    404    404    404    404    404    404    404    403+   403+   L      L      rejected
POST /requests/D-UNKNOWN/reject/ :reason                    L      404    404    404    404    404    404    404    404    404    403+   403+   L      L      rejected

# The admin, the pages of models aside.
#                                                           anon   c-adm  c-mem  ready  refer  free   o-cust p-adm  p-mem  o-part staff  clerk  gone   shut
READ /admin/                                                L      403    403    403    403    403    403    403    403    403    200    200    L      L
POST /admin/                                                L      403+   403+   403+   403+   403+   403+   403+   403+   403+   200    200    L      L      record-changed
READ /admin/login/                                          L      403    403    403    403    403    403    403    403    403    403    403    L      L
READ /admin/logout/                                         L      403    403    403    403    403    403    403    403    403    405    405    L      L
POST /admin/logout/                                         L      403+   403+   403+   403+   403+   403+   403+   403+   403+   302    302    L      L      record-changed
READ /admin/password_change/                                L      403    403    403    403    403    403    403    403    403    200    200    L      L
POST /admin/password_change/                                L      403+   403+   403+   403+   403+   403+   403+   403+   403+   422    422    L      L      record-changed
READ /admin/password_change/done/                           L      403    403    403    403    403    403    403    403    403    200    200    L      L
POST /admin/password_change/done/                           L      403+   403+   403+   403+   403+   403+   403+   403+   403+   405    405    L      L      record-changed
READ /admin/autocomplete/                                   L      403    403    403    403    403    403    403    403    403    403    403    L      L
POST /admin/autocomplete/                                   L      403+   403+   403+   403+   403+   403+   403+   403+   403+   405    405    L      L      record-changed
READ /admin/jsi18n/                                         L      403    403    403    403    403    403    403    403    403    200    200    L      L
POST /admin/jsi18n/                                         L      403+   403+   403+   403+   403+   403+   403+   403+   403+   405    405    L      L      record-changed
READ /admin/r/{contenttype}/{accounts.tenant}/              L      403    403    403    403    403    403    403    403    403    404    404    L      L
POST /admin/r/{contenttype}/{accounts.tenant}/              L      403+   403+   403+   403+   403+   403+   403+   403+   403+   404    404    L      L      record-changed
READ /admin/accounts/                                       L      403    403    403    403    403    403    403    403    403    200    404    L      L
POST /admin/accounts/                                       L      403+   403+   403+   403+   403+   403+   403+   403+   403+   200    404    L      L      record-changed
READ /admin/partners/                                       L      403    403    403    403    403    403    403    403    403    200    404    L      L
POST /admin/partners/                                       L      403+   403+   403+   403+   403+   403+   403+   403+   403+   200    404    L      L      record-changed
READ /admin/auth/                                           L      403    403    403    403    403    403    403    403    403    200    404    L      L
POST /admin/auth/                                           L      403+   403+   403+   403+   403+   403+   403+   403+   403+   200    404    L      L      record-changed
READ /admin/no-such-page/                                   L      403    403    403    403    403    403    403    403    403    404    404    L      L
POST /admin/no-such-page/                                   L      403+   403+   403+   403+   403+   403+   403+   403+   403+   404    404    L      L      record-changed
READ /admin/accounts/tenant                                 L      403    403    403    403    403    403    403    403    403    301    301    L      L

# What staff do with a reason: the page of each verb, and the action of a list that redirects there.
#                                                                                      anon   c-adm  c-mem  ready  refer  free   o-cust p-adm  p-mem  o-part staff  clerk  gone   shut
READ /admin/accounts/notification/act/send-again/?ids={accounts.notification}          L      403    403    403    403    403    403    403    403    403    200    403    L      L
POST /admin/accounts/notification/act/send-again/?ids={accounts.notification}          L      403+   403+   403+   403+   403+   403+   403+   403+   403+   422    403+   L      L      record-changed
POST /admin/accounts/notification/act/send-again/?ids={accounts.notification} :reason  L      403+   403+   403+   403+   403+   403+   403+   403+   403+   303!   403+   L      L      record-changed/notice-resent
POST /admin/accounts/notification/act/send-again/?ids={notice-sent} :reason            L      403+   403+   403+   403+   403+   403+   403+   403+   403+   303+   403+   L      L      record-changed/notice-resent
READ /admin/accounts/user/act/set-password/?ids={accounts.user}                        L      403    403    403    403    403    403    403    403    403    200    403    L      L
POST /admin/accounts/user/act/set-password/?ids={accounts.user}                        L      403+   403+   403+   403+   403+   403+   403+   403+   403+   422    403+   L      L      record-changed
POST /admin/accounts/user/act/set-password/?ids={accounts.user} :password              L      403+   403+   403+   403+   403+   403+   403+   403+   403+   303!   403+   L      L      record-changed
READ /admin/accounts/user/act/send-link/?ids={accounts.user}                           L      403    403    403    403    403    403    403    403    403    200    403    L      L
POST /admin/accounts/user/act/send-link/?ids={accounts.user}                           L      403+   403+   403+   403+   403+   403+   403+   403+   403+   422    403+   L      L      record-changed
POST /admin/accounts/user/act/send-link/?ids={accounts.user} :reason                   L      403+   403+   403+   403+   403+   403+   403+   403+   403+   303!   403+   L      L      record-changed
READ /admin/accounts/tenant/act/associate/?ids={accounts.tenant}                       L      403    403    403    403    403    403    403    403    403    200    403    L      L
POST /admin/accounts/tenant/act/associate/?ids={accounts.tenant}                       L      403+   403+   403+   403+   403+   403+   403+   403+   403+   422    403+   L      L      record-changed
POST /admin/accounts/tenant/act/associate/?ids={accounts.tenant} :partner              L      403+   403+   403+   403+   403+   403+   403+   403+   403+   303!   403+   L      L      record-changed/associated
READ /admin/accounts/tenant/act/grant/?ids={accounts.tenant}                           L      403    403    403    403    403    403    403    403    403    200    403    L      L
POST /admin/accounts/tenant/act/grant/?ids={accounts.tenant}                           L      403+   403+   403+   403+   403+   403+   403+   403+   403+   422    403+   L      L      record-changed
POST /admin/accounts/tenant/act/grant/?ids={accounts.tenant} :reason                   L      403+   403+   403+   403+   403+   403+   403+   403+   403+   303    403+   L      L      record-changed
READ /admin/partners/disassociationrequest/act/approve/?ids={D-PENDING}                L      403    403    403    403    403    403    403    403    403    200    403    L      L
POST /admin/partners/disassociationrequest/act/approve/?ids={D-PENDING}                L      403+   403+   403+   403+   403+   403+   403+   403+   403+   422    403+   L      L      record-changed
POST /admin/partners/disassociationrequest/act/approve/?ids={D-PENDING} :reason        L      403+   403+   403+   403+   403+   403+   403+   403+   403+   303!   403+   L      L      record-changed/approved
POST /admin/partners/disassociationrequest/act/approve/?ids={D-THEIRS} :reason         L      403+   403+   403+   403+   403+   403+   403+   403+   403+   303!   403+   L      L      record-changed/approved
POST /admin/partners/disassociationrequest/act/approve/?ids={D-APPROVED} :reason       L      403+   403+   403+   403+   403+   403+   403+   403+   403+   303+   403+   L      L      record-changed/approved
POST /admin/partners/disassociationrequest/act/approve/?ids={D-LATER} :reason          L      403+   403+   403+   403+   403+   403+   403+   403+   403+   303+   403+   L      L      record-changed/approved
POST /admin/partners/disassociationrequest/act/approve/?ids={D-COMPLETED} :reason      L      403+   403+   403+   403+   403+   403+   403+   403+   403+   303+   403+   L      L      record-changed/approved
READ /admin/partners/disassociationrequest/act/reject/?ids={D-PENDING}                 L      403    403    403    403    403    403    403    403    403    200    403    L      L
POST /admin/partners/disassociationrequest/act/reject/?ids={D-PENDING}                 L      403+   403+   403+   403+   403+   403+   403+   403+   403+   422    403+   L      L      record-changed
POST /admin/partners/disassociationrequest/act/reject/?ids={D-PENDING} :reason         L      403+   403+   403+   403+   403+   403+   403+   403+   403+   303!   403+   L      L      record-changed/rejected
POST /admin/partners/disassociationrequest/act/reject/?ids={D-THEIRS} :reason          L      403+   403+   403+   403+   403+   403+   403+   403+   403+   303!   403+   L      L      record-changed/rejected
POST /admin/partners/disassociationrequest/act/reject/?ids={D-APPROVED} :reason        L      403+   403+   403+   403+   403+   403+   403+   403+   403+   303+   403+   L      L      record-changed/rejected
POST /admin/partners/disassociationrequest/act/reject/?ids={D-LATER} :reason           L      403+   403+   403+   403+   403+   403+   403+   403+   403+   303+   403+   L      L      record-changed/rejected
POST /admin/partners/disassociationrequest/act/reject/?ids={D-COMPLETED} :reason       L      403+   403+   403+   403+   403+   403+   403+   403+   403+   303+   403+   L      L      record-changed/rejected
READ /admin/partners/disassociationrequest/act/cancel/?ids={D-PENDING}                 L      403    403    403    403    403    403    403    403    403    200    403    L      L
POST /admin/partners/disassociationrequest/act/cancel/?ids={D-PENDING}                 L      403+   403+   403+   403+   403+   403+   403+   403+   403+   422    403+   L      L      record-changed
POST /admin/partners/disassociationrequest/act/cancel/?ids={D-PENDING} :reason         L      403+   403+   403+   403+   403+   403+   403+   403+   403+   303!   403+   L      L      record-changed/cancelled
POST /admin/partners/disassociationrequest/act/cancel/?ids={D-THEIRS} :reason          L      403+   403+   403+   403+   403+   403+   403+   403+   403+   303!   403+   L      L      record-changed/cancelled
POST /admin/partners/disassociationrequest/act/cancel/?ids={D-APPROVED} :reason        L      403+   403+   403+   403+   403+   403+   403+   403+   403+   303!   403+   L      L      record-changed/cancelled
POST /admin/partners/disassociationrequest/act/cancel/?ids={D-LATER} :reason           L      403+   403+   403+   403+   403+   403+   403+   403+   403+   303!   403+   L      L      record-changed/cancelled
POST /admin/partners/disassociationrequest/act/cancel/?ids={D-COMPLETED} :reason       L      403+   403+   403+   403+   403+   403+   403+   403+   403+   303+   403+   L      L      record-changed/cancelled
READ /admin/partners/association/act/no-such-verb/?ids={partners.association}          L      403    403    403    403    403    403    403    403    403    404    404    L      L
POST /admin/partners/association/act/no-such-verb/?ids={partners.association}          L      403+   403+   403+   403+   403+   403+   403+   403+   403+   404    404    L      L      record-changed
READ /admin/partners/partner/act/no-such-verb/?ids={partners.partner}                  L      403    403    403    403    403    403    403    403    403    404    404    L      L
POST /admin/partners/partner/act/no-such-verb/?ids={partners.partner}                  L      403+   403+   403+   403+   403+   403+   403+   403+   403+   404    404    L      L      record-changed
POST /admin/accounts/notification/ :action=send-again                                  L      403+   403+   403+   403+   403+   403+   403+   403+   403+   302    403+   L      L      record-changed
POST /admin/accounts/user/ :action=send-link                                           L      403+   403+   403+   403+   403+   403+   403+   403+   403+   302    403+   L      L      record-changed
POST /admin/accounts/tenant/ :action=associate                                         L      403+   403+   403+   403+   403+   403+   403+   403+   403+   302    403+   L      L      record-changed
POST /admin/accounts/tenant/ :action=grant                                             L      403+   403+   403+   403+   403+   403+   403+   403+   403+   302    403+   L      L      record-changed
POST /admin/partners/disassociationrequest/ :action=approve                            L      403+   403+   403+   403+   403+   403+   403+   403+   403+   302    403+   L      L      record-changed
POST /admin/partners/disassociationrequest/ :action=reject                             L      403+   403+   403+   403+   403+   403+   403+   403+   403+   302    403+   L      L      record-changed
POST /admin/partners/disassociationrequest/ :action=cancel                             L      403+   403+   403+   403+   403+   403+   403+   403+   403+   302    403+   L      L      record-changed
"""

# The pages of each model in the admin as a superuser gets them: GET (and HEAD), then POST of an empty form.
MODELS = """
#                               list      add       change    history   delete    row
accounts.arrears                200 200   200 200   200 200   200 200   403 403+  302 302
accounts.chainhead              200 200   403 403+  200 403+  200 200   403 403+  302 302
accounts.challenge              200 200   403 403+  200 403+  200 200   403 403+  302 302
accounts.commercecontract       200 200   200 200   200 200   200 200   403 403+  302 302
accounts.factfeed               200 200   200 200   200 200   200 200   403 403+  302 302
accounts.heartbeat              200 200   403 403+  200 403+  200 200   403 403+  302 302
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
row READ      L     403   403   403   403   403   403   403   403   403   =     302   L     L
row POST      L     403+  403+  403+  403+  403+  403+  403+  403+  403+  =     302   L     L
"""


@dataclass(frozen=True)
class Row:
    method: str  # GET, HEAD, POST, READ or ODD
    path: str
    story: str
    cells: tuple[str, ...]  # each with the operation of its entry

    @property
    def is_of_model(self) -> bool:
        """Whether it is a page of a model in the admin: all of them pass through one door."""
        return self.path.startswith(("/admin/accounts/", "/admin/partners/", "/admin/auth/"))

    def __str__(self) -> str:
        return f"{self.method} {self.path} {self.story}".rstrip()


def rows() -> list[Row]:
    return [*(_page_row(words) for words in _table(PAGES)), *_model_rows()]


def _table(text: str) -> list[list[str]]:
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    return [line.split() for line in lines]


def _page_row(words: list[str]) -> Row:
    method, path, *rest = words
    story = rest.pop(0) if rest[0].startswith(":") else ""
    cells, operations = rest[: len(ROLES)], "".join(rest[len(ROLES) :]).split("/")
    return Row(method, path, story, tuple(_with_operation(cell, *operations) for cell in cells))


def _with_operation(cell: str, denied: str, other: str = "") -> str:
    """`403+` as `403+requested`."""
    if not cell.endswith(("+", "!")):
        return cell
    return cell + (denied if cell == "403+" else other or denied)


def _model_rows() -> list[Row]:
    """A refusal is always of a change of a record."""
    roles = _model_roles()
    found = []
    for model, *cells in _table(MODELS):
        for number, (page, rest) in enumerate(MODEL_PAGES.items()):
            path = f"/admin/{model.replace('.', '/')}/{rest.replace('KEY', model)}"
            for method, staff in (("READ", cells[2 * number]), ("POST", cells[2 * number + 1])):
                others = roles.get((page, method)) or roles["any", method]
                story = ":yes" if (page, method) == ("delete", "POST") else ""
                answers = (staff if cell == "=" else cell for cell in others)
                found.append(Row(method, path, story, tuple(map(_of_model, answers))))
    return found


def _of_model(cell: str) -> str:
    return f"{cell}record-changed" if cell.endswith("+") else cell


def _model_roles() -> dict[tuple[str, str], list[str]]:
    return {(page, method): cells for page, method, *cells in _table(MODEL_ROLES)}
