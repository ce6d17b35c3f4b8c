import Contracts
import Encodings
import Testing

/// "é" in one code point and in two: equal to Swift, two names at run time.
private let short = "caf\u{E9}"
private let long = "cafe\u{301}"

@Suite struct ByteNameTests {
  private func bytes(_ texts: [String]) -> [[UInt8]] { texts.map { Array($0.utf8) } }
  /// In the order of the contract.
  private let both = [Array(long.utf8), Array(short.utf8)]

  @Test func envNamesAndNamespacesAreToldApartByTheirBytes() throws {
    let contract = try prove(
      handler(
        """
        cacheSet("\(short)", "k", "1")
        cacheSet("\(long)", "k", "2")
        return Response.text(env("\(short)") + env("\(long)"))
        """)
    ).contract
    #expect(bytes(contract.cache.namespaces) == both)
    #expect(bytes(contract.env.literal) == both)
    #expect(bytes(contract.env.required) == both)
    #expect(bytes(contract.facts.cacheNamespaces) == both)
  }

  @Test func aNameIsASecretOnlyUnderItsOwnBytes() throws {
    let source = handler(
      "return Response.text((env(\"\(short)\") ?? \"\") + (env(\"\(long)\") ?? \"\"))")
    let proof = try prove(source, secrets: [ByteName(short): true])
    #expect(bytes(proof.contract.env.secret) == [Array(short.utf8)])
  }

  @Test func routesOfATableAreToldApartByTheirBytes() throws {
    let contract = try prove(
      handler(
        """
        const found = routerMatch(routes, req)
        if (found === undefined) return Response.text("no", { status: 404 })
        return found.handler(req)
        """,
        before: """
          const a = (req) => Response.text("a"), b = (req) => Response.text("b")
          const routes = { "GET /\(short)": a, "GET /\(long)": b, "GET /:\u{301}x/\u{301}:y": a }
          """)
    ).contract
    #expect(
      bytes(contract.api.routes.map(\.path))
        == bytes(["/:\u{301}x/\u{301}:y", "/\(long)", "/\(short)"]))
    #expect(bytes(contract.api.routes[0].pathParams) == bytes(["\u{301}x"]))
    #expect(!contract.api.routesDynamic)
  }

  @Test func comparisonsOfThePathAreBytewise() throws {
    let contract = try prove(
      handler(
        """
        if (req.path.startsWith("/e")) {
          if (req.path === "/\(long)" || req.path === "/e\u{301}") return Response.text("a")
        }
        if (req.path === "/\(short)") return Response.text("b")
        return Response.text("no", { status: 404 })
        """)
    ).contract
    #expect(bytes(contract.api.routes.map(\.path)) == bytes(["/\(short)", "/e\u{301}"]))
  }

  @Test func fieldsAreToldApartByTheirBytes() throws {
    // The secret is in one field, and what is answered is the other.
    try expect(
      .noSecretLeakage, true,
      of: handler(
        """
        const o = { "\(short)": env("API_KEY") ?? "", "\(long)": "x" }
        return Response.text(o["\(long)"])
        """))
    try expect(
      .noSecretLeakage, false,
      of: handler(
        """
        const o = { "\(short)": env("API_KEY") ?? "", "\(long)": "x" }
        return Response.text(o.\(short))
        """))
  }
}
