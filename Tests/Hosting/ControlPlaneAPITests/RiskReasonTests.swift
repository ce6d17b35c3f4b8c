import Contracts
import Encodings
import TestSupport
import Testing

@testable import ControlPlaneAPI

struct RiskReasonTests {
  /// Reference: control-plane.md, "Risk reasons".
  @Test(arguments: [
    ("new env read: API_KEY", RiskReason.newEnvRead("API_KEY")),
    ("new egress host: api.x.com", .newEgressHost("api.x.com")),
    ("new cache namespace: carts", .newCacheNamespace("carts")),
    ("new capability: network", .newCapability("network")),
    ("new secret sent: API_KEY to api.x.com", .newSecretSent("API_KEY", to: "api.x.com")),
    (
      "new allowed leak: CLIENT_SECRET to body:auth.example.com",
      .newAllowedLeak("CLIENT_SECRET", to: "body:auth.example.com")
    ),
    ("secret declared config: API_KEY", .secretDeclaredConfig("API_KEY")),
    ("new effect: write", .newWriteEffect),
    ("property lost: retry-safe", .propertyLost(.retrySafe)),
    ("property lost: no-secret-leakage", .propertyLost(.noSecretLeakage)),
    ("proof level lowered: complete to partial", .proofLevelLowered(from: .complete, to: .partial)),
    ("dynamic env access", .dynamicAccess(.env)),
    ("dynamic egress access", .dynamicAccess(.egress)),
    ("dynamic cache access", .dynamicAccess(.cache)),
    ("dynamic sql access", .dynamicAccess(.sql)),
  ])
  func theSentenceIsExact(_ sentence: String, _ reason: RiskReason) {
    #expect(reason.description == sentence)
    #expect(RiskReason(sentence) == reason)
  }

  @Test(arguments: [
    "", "new env read", "new env read:X", "New env read: X", "dynamic routes access",
    "property lost: kindness", "proof level lowered: complete to", "new effect: read",
    "new secret sent: A", "new env read: a\\x41", "new env read: a\\", "new env read: \\q",
    "new env read: a\nb", "something else: entirely",
  ])
  func whatIsNotAsWeWriteItStaysText(_ sentence: String) {
    #expect(RiskReason(sentence) == .other(ByteName(sentence)))
    #expect(!RiskReason(sentence).isGrantable)
  }

  /// A name may be anything that a program can write in quotes.
  @Test func namesThatLookLikeSentencesDoNotRunTogether() {
    let pairs: [(ByteName, ByteName)] = [
      ("a to b", "c"), ("a", "b to c"), ("to", "to"), ("", ""), ("a to", "b"), (" ", "to "),
    ]
    var sentences: Set<String> = []
    for (source, host) in pairs {
      let reason = RiskReason.newSecretSent(source, to: host)
      #expect(RiskReason(reason.description) == reason)
      sentences.insert(reason.description)
    }
    #expect(sentences.count == pairs.count)
    #expect(RiskReason.newEnvRead("é") != .newEnvRead("e\u{301}"))
  }

  @Test func everyReasonIsReadAsWhatItWas() {
    var random = SeededGenerator()
    for _ in 0..<20_000 {
      let reason = Self.reason(&random)
      #expect(RiskReason(reason.description) == reason, "\(random)")
    }
  }

  @Test func everySentenceIsKeptAsItStands() {
    var random = SeededGenerator()
    for _ in 0..<20_000 {
      var sentence = Self.reason(&random).description
      for _ in 0..<Int.random(in: 0...2, using: &random) where !sentence.isEmpty {
        let at = sentence.indices.randomElement(using: &random) ?? sentence.startIndex
        sentence.replaceSubrange(at...at, with: Self.text(&random))
      }
      #expect(
        RiskReason(sentence).description.utf8.elementsEqual(sentence.utf8), "\(random): \(sentence)"
      )
    }
  }

  private static func text(_ random: inout SeededGenerator) -> String {
    let pieces = [
      "to", " ", "to ", " to", "\\", "\\x", "x20", "a", "API_KEY", ":", "\n", "\u{7f}", "é", "->",
      "\u{202e}", "new env read: ", "\u{0}", "e\u{301}",
    ]
    return (0..<Int.random(in: 0...5, using: &random))
      .map { _ in pieces.randomElement(using: &random) ?? "" }.joined()
  }

  private static func reason(_ random: inout SeededGenerator) -> RiskReason {
    let (a, b) = (ByteName(text(&random)), ByteName(text(&random)))
    let levels: [ProofLevel] = [.none, .partial, .complete]
    return switch Int.random(in: 0..<11, using: &random) {
    case 0: .newEnvRead(a)
    case 1: .newEgressHost(a)
    case 2: .newCacheNamespace(a)
    case 3: .newCapability(a)
    case 4: .newSecretSent(a, to: b)
    case 5: .newAllowedLeak(a, to: b)
    case 6: .secretDeclaredConfig(a)
    case 7: .newWriteEffect
    case 8: .propertyLost(Property.allCases.randomElement(using: &random) ?? .readOnly)
    case 9:
      .proofLevelLowered(
        from: levels.randomElement(using: &random) ?? .none,
        to: levels.randomElement(using: &random) ?? .none)
    default: .dynamicAccess(RiskReason.Section.allCases.randomElement(using: &random) ?? .env)
    }
  }
}
