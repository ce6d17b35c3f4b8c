import Contracts
import Digests

/// The labels that say on an image what was shown of its handler.
///
/// Reference: formats.md, "Image".
public enum ImageLabels {
  /// SHA-256 of the canonical contract, 64 hex digits.
  public static let contract = "zigttp.contract-sha256"
  /// The app digest, 64 hex digits.
  public static let app = "zigttp.app-sha256"
  /// `complete`, `partial` or `none`.
  public static let proofLevel = "zigttp.proof-level"

  /// Every label of an image. Lists are the arrays of the facts, as minified JSON, and left out
  /// when empty.
  public static func labels(for facts: Facts, appDigest: Digest) -> [String: String] {
    var out = [
      proofLevel: facts.proofLevel.rawValue,
      contract: facts.contractSha,
      app: appDigest.hex,
    ]
    for property in Property.allCases {
      out["zigttp.\(property.label)"] = facts.holds(property) ? "true" : "false"
    }
    for section in [DynamicSection.env, .egress, .cache, .sql] {
      out["zigttp.\(section.rawValue)-proven"] = facts.dynamic.contains(section) ? "false" : "true"
    }
    let document = facts.json
    let lists = [
      "env-vars": "envKeys", "egress-hosts": "egressHosts", "cache-namespaces": "cacheNamespaces",
      "routes": "routes", "capabilities": "capabilities",
      "egress-credentials": "egressCredentials",
    ]
    for (label, key) in lists {
      guard let list = document[key], let values = list.arrayValue, !values.isEmpty else {
        continue
      }
      out["zigttp.\(label)"] = list.minified
    }
    return out
  }
}
