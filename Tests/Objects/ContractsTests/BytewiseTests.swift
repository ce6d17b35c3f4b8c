import Contracts
import Encodings
import Testing

/// "é" in one code point and in two: equal to Swift, two names to everybody else.
private let short = "caf\u{E9}"
private let long = "cafe\u{301}"

@Suite struct BytewiseTests {
  private func contract(_ names: [String]) -> Contract {
    var contract = Contract(handlerPath: "handler.ts")
    contract.env.literal = names
    contract.cache.namespaces = names
    contract.egress.hosts = names
    contract.egress.credentials = names.map { .init(source: $0, header: "a", host: "h") }
    contract.sql.queries = names.map {
      .init(name: $0, operation: "select", statement: "select 1", tables: [])
    }
    contract.api.routes = names.map { .init(method: "GET", path: "/\($0)", pathParams: []) }
    contract.declaredSpecs = names
    return contract
  }

  @Test func aContractAndItsFactsKeepBothForms() throws {
    let both = contract([short, long])
    let read = try Contract(bytes: both.canonicalBytes)
    #expect(read.env == contract([long, short]).env)
    #expect(read.api == contract([long, short]).api)
    let facts = both.facts
    for section in [Change.Section.routes, .env, .egress, .cache, .secrets, .sql, .specs] {
      #expect(facts.items(of: section).count == 2, "\(section)")
    }
    #expect(Facts(json: facts.json) == facts)
    #expect(facts.routes.count == 2)
  }

  @Test func oneFormIsNotTheOther() {
    #expect(contract([short]) != contract([long]))
    var (one, other) = (contract([short]).facts, contract([long]).facts)
    other.contractSha = one.contractSha
    #expect(one != other)
    let delta = Delta.between(one, other)
    #expect(delta.verdict == .breaking)
    #expect(delta.changes.filter { $0.section == .env }.count == 2)
    #expect(
      Change(section: .env, kind: .added, item: short)
        != Change(section: .env, kind: .added, item: long))
    one.routes = [Route(pattern: long), Route(pattern: short)].sorted()
    #expect(one.routes.map { Array($0.pattern.utf8) } == [Array(long.utf8), Array(short.utf8)])
  }

  @Test func thePrefixOfARouteLosesItsStarAlone() {
    // U+0600 and what follows it are one Character.
    let route = Contract.APIRoute(method: "GET", path: "/\u{600}*", pathParams: [])
    #expect(route.fact == Route(pattern: "GET /\u{600}", isPrefix: true))
  }
}
