import Contracts
import Testing

@Suite struct ValidateTests: ModuleProofs {
  static let imports = """
    import { schemaCompile, validateJson, validateObject, coerceJson } from "zigttp:validate";
    import { decodeJson, decodeForm, decodeQuery } from "zigttp:decode";
    schemaCompile("s", JSON.stringify({ type: "object" }));
    """

  private static let checked =
    "if (!r.ok) return Response.json({ errors: r.errors }, { status: 422 });"
  private static let calls = [
    "validateJson(\"s\", req.body)", "validateObject(\"s\", req.query)",
    "coerceJson(\"s\", req.text())", "decodeJson(\"s\", req.body)",
    "decodeForm(\"s\", req.body)", "decodeQuery(\"s\", req.query)",
  ]

  @Test(arguments: calls) func whatFitsIsValidatedRequestData(call: String) throws {
    let start = "const r = \(call); \(Self.checked)"
    let body = start + #"cacheSet("n", "k", r.value.a); return Response.json(r.value);"#
    for property in [
      Property.inputValidated, .injectionSafe, .resultsSafe, .faultCovered, .noSecretLeakage,
    ] {
      try expect(property, true, body)
    }
    try expect(.deterministic, true, start + "return Response.json(r.value);")
    // It is still of the request, and as it came but for its form.
    try expect(.piiContained, false, start + "logInfo(r.value.a); return Response.json(1);")
    try expect(
      .injectionSafe, false, start + "return Response.html(`<p>${r.value.a}</p>`);")
    try expect(
      .injectionSafe, true, start + "return Response.html(`<p>${escapeHtml(r.value.a)}</p>`);")
  }

  @Test(arguments: calls) func aFailureHasToBeLookedAt(call: String) throws {
    let start = "const r = \(call);"
    try expect(.resultsSafe, false, start + "return Response.json(r.value.a);")
    try expect(.faultCovered, false, start + "return Response.json({ ok: r.ok });")
    try expect(
      .faultCovered, true,
      start + "return Response.json({ ok: r.ok }, { status: r.ok ? 200 : 400 });")
  }

  @Test func whatWasGivenIsNotValidatedByIt() throws {
    try expect(
      .inputValidated, false,
      "const r = validateJson(\"s\", req.body); \(Self.checked) cacheSet(\"n\", \"k\", req.body); return Response.json(1);"
    )
    try expect(
      .inputValidated, false,
      "const q = { ...req.query }; const r = validateObject(\"s\", q); \(Self.checked) cacheSet(\"n\", \"k\", q.a); return Response.json(1);"
    )
  }

  /// Paths name the fields of the request as they came.
  @Test func errorsAreDataOfTheRequest() throws {
    let start = "const r = validateJson(\"s\", req.body);"
    for what in ["r.errors[0].path", "r.error", "r.unwrapErr()"] {
      try expect(
        .inputValidated, false,
        start
          + "if (!r.ok) { cacheSet(\"n\", \"k\", \(what)); } return Response.text(\"\", { status: 400 });"
      )
      try expect(
        .injectionSafe, false,
        start + "return Response.html(`<p>${\(what)}</p>`, { status: 400 });")
    }
  }

  @Test func secretsStaySecret() throws {
    let key = "const k = env(\"API_SECRET\") ?? \"\";"
    for call in [
      "validateJson(\"s\", k)", "validateObject(\"s\", { k })", "coerceJson(\"s\", k)",
      "decodeForm(\"s\", k)", "decodeQuery(\"s\", k)", "validateObject(...[\"s\", k])",
    ] {
      let start = "\(key) const r = \(call);"
      try expect(
        .noSecretLeakage, false,
        start
          + "if (!r.ok) return Response.text(\"\", { status: 400 }); return Response.json(r.value);"
      )
      try expect(
        .noSecretLeakage, false,
        start + "return Response.json({ errors: r.errors }, { status: 400 });")
      try expect(
        .noSecretLeakage, true, start + "return Response.json(r.ok, { status: 400 });")
    }
  }

  /// What fits is a copy: a store into it is none into what was given, and the other way round.
  @Test func whatFitsIsACopy() throws {
    let start = """
      const given = { a: "x" };
      const r = validateObject("s", given);
      if (!r.ok) return Response.text("", { status: 400 });
      """
    let key = "env(\"API_SECRET\") ?? \"\""
    try expect(
      .noSecretLeakage, true, start + "given.b = \(key); return Response.json(r.value);")
    try expect(
      .noSecretLeakage, true, start + "r.value.b = \(key); return Response.json(given);")
    try expect(
      .noSecretLeakage, false, start + "r.value.b = \(key); return Response.json(r.value);")
  }

  @Test func anEscapeIsUndoneWhenItIsRead() throws {
    for call in ["validateJson(\"s\", t)", "decodeForm(\"s\", t)", "decodeQuery(\"s\", t)"] {
      try expect(
        .injectionSafe, false,
        "const t = escapeHtml(req.body ?? \"\"); const r = \(call); assert r.ok; return Response.html(`<p>${r.value.a}</p>`);"
      )
    }
  }

  @Test func whatTheCacheHeldDecides() throws {
    try expect(
      .retrySafe, false,
      "const r = validateJson(\"s\", cacheGet(\"n\", \"k\")); if (r.ok) cacheSet(\"n\", \"k\", \"v\"); return Response.json(r.ok, { status: r.ok ? 200 : 500 });"
    )
  }
}
