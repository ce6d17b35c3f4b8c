import Contracts
import Testing

@Suite struct EgressTests {
  @Test(arguments: [
    ("return fetch(\"https://api.a.com/x\");", ["api.a.com"]),
    (
      "const base = \"https://api.a.com\"; return fetch(`${base}/users/${req.path}`);",
      ["api.a.com"]
    ),
    ("const base = \"https://api.a.com/\"; return fetch(base + req.path);", ["api.a.com"]),
    ("return fetchSync(\"http://API.a.com:80/x\");", ["http://api.a.com"]),
    (
      "const call = (p) => fetch(`https://b.com:8443/${p}`); call(\"a\"); return call(req.path);",
      ["b.com:8443"]
    ),
    (
      "const hosts = { a: \"https://a.com/\", b: \"https://b.com/\" }; return fetch(hosts[req.path] ?? \"https://c.com/\");",
      ["a.com", "b.com", "c.com"]
    ),
    ("return fetch(req.body ? \"https://a.com/\" : \"https://b.com/\");", ["a.com", "b.com"]),
  ]) func hosts(body: String, hosts: [String]) throws {
    let egress = try prove(handler(body)).contract.egress
    #expect(egress.hosts == hosts)
    #expect(egress.dynamic == hosts.isEmpty)
  }

  @Test(arguments: [
    "return fetch(req.body);",
    "return fetch(`https://${req.query.host}/`);",
    "return fetch(\"https://a.com\" + req.path);",
    "return fetch(`${env(\"BASE\")}/x`);",
    "return fetch(env(\"BASE\") ?? \"https://a.com/\");",
    "return fetch(\"/x\");",
    "const call = (u) => fetch(u); call(\"https://a.com/\"); return call(req.body);",
  ]) func dynamicHosts(body: String) throws {
    let contract = try prove(handler(body)).contract
    #expect(contract.egress.dynamic)
    #expect(contract.proofLevel == .partial)
  }

  @Test func credentialsInHeadersAreFacts() throws {
    let body = """
      const token = env("API_TOKEN");
      return fetch("https://api.a.com/x", {
        headers: { Authorization: `Bearer ${token}`, "X-Session": req.headers.cookie, accept: "a/b" },
      });
      """
    let proof = try prove(handler(body))
    #expect(
      proof.contract.egress.credentials == [
        .init(source: "API_TOKEN", header: "authorization", host: "api.a.com"),
        .init(source: "cookie", header: "x-session", host: "api.a.com"),
      ])
    #expect(proof.holds(.noSecretLeakage))
    #expect(proof.holds(.noCredentialLeakage))
  }

  @Test func capabilitiesAndFunctionsAreThoseOfReachableCalls() throws {
    let before = "const unused = () => fetch(\"https://a.com/\");"
    let quiet = try prove(handler("return Response.json({});", before: before)).contract
    #expect(quiet.functions == [])
    #expect(quiet.capabilities == [])
    #expect(quiet.egress == Contract.Egress())
    #expect(quiet.modules.contains("zigttp:fetch"))
    let body =
      "logInfo(\"x\"); cacheGet(\"n\", \"k\"); uuid(); sha256(\"a\"); env(\"A\"); return unused();"
    let busy = try prove(handler(body, before: before)).contract
    #expect(
      busy.functions == [
        "cache.cacheGet", "crypto.sha256", "env.env", "fetch.fetch", "id.uuid", "log.logInfo",
      ])
    #expect(
      busy.capabilities == [
        "clock", "crypto", "env", "network", "policy_check", "random", "stderr",
      ])
    let globals = "console.log(Date.now(), Math.random()); return fetchSync(\"https://a.com/\");"
    let plain = try prove(handler(globals)).contract
    #expect(plain.capabilities == ["clock", "network", "random", "stderr"])
    #expect(plain.functions == ["fetch.fetch"])
  }
}

@Suite struct CacheTests {
  @Test(arguments: [
    (
      "cacheGet(\"a\", \"k\"); cacheSet(\"b\", \"k\", \"v\"); return Response.json({});",
      ["a", "b"]
    ),
    (
      "const ns = { orders: \"orders\" }; return Response.json(cacheGet(ns.orders, req.path));",
      ["orders"]
    ),
    ("return Response.json(cacheStats());", []),
    ("return Response.json(cacheStats(\"a\"));", ["a"]),
    ("cacheIncr(\"a\", \"k\"); cacheDelete(\"b\", \"k\"); return Response.json({});", ["a", "b"]),
    (
      "const store = (ns) => ({ get: (k) => cacheGet(ns, k) }); return Response.json([store(\"a\").get(\"x\"), store(\"b\").get(\"x\")]);",
      ["a", "b"]
    ),
  ]) func namespaces(body: String, names: [String]) throws {
    let cache = try prove(handler(body)).contract.cache
    #expect(cache.namespaces == names)
    #expect(!cache.dynamic)
  }

  @Test(arguments: [
    "return Response.json(cacheGet(req.path, \"k\"));",
    "cacheSet(`a${req.path}`, \"k\", \"v\"); return Response.json({});",
    "return Response.json(cacheStats(env(\"NS\")));",
  ]) func dynamicNamespaces(body: String) throws {
    let contract = try prove(handler(body)).contract
    #expect(contract.cache.dynamic)
    #expect(contract.proofLevel == .partial)
  }
}
