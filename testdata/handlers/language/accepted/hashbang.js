#!/usr/bin/env zigttp
export default function (req) { return Response.text("ok") }
