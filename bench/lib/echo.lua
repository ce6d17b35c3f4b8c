-- Makes wrk send the body that the echo handler answers with.
wrk.method = "POST"
wrk.headers["content-type"] = "application/json"
wrk.body = '{"item":"espresso","quantity":2,"notes":["no sugar","to go"],"table":{"number":7,"outside":true}}'
