import Contracts
import HandlerLanguage
import HandlerProver
import Testing

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// A handler whose first line says what a sound and precise proof says of it.
///
/// `// @expect noSecretLeakage=false proof=partial required=A,B dynamic=env hosts=34
/// routes=found-or-dynamic`: where `false`, `partial` or `found-or-dynamic` is expected, a refusal
/// by name is as good. `// witness PROPERTY PLACE: …`: the place, a line or a file, stands among the
/// steps of the property's witnesses.
struct ProverCase: Sendable, CustomTestStringConvertible {
  var title: String
  var expectations: [(key: String, value: String)] = []
  var witness: (property: String, place: String)?
  var files: [String: String] = [:]
  var entry: String

  var testDescription: String { title }

  /// The cases of a file of `testdata/prover`: each behind `== NAME`.
  static func read(_ name: String) -> [ProverCase] {
    guard
      let bytes = try? Data(
        contentsOf: root.appendingPathComponent("testdata/prover/\(name).cases"))
    else { return [] }
    var all: [(String, [Substring])] = []
    for line in String(decoding: bytes, as: UTF8.self).split(
      separator: "\n", omittingEmptySubsequences: false)
    {
      if line.hasPrefix("== ") {
        all.append((String(line.dropFirst(3)), []))
      } else if !all.isEmpty {
        all[all.count - 1].1.append(line)
      }
    }
    return all.map { ProverCase($0.0, $0.1) }
  }

  private static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()

  init(_ title: String, _ lines: [Substring]) {
    self.title = title
    entry = title.hasSuffix(".tsx") ? "handler.tsx" : "handler.ts"
    var file = entry
    for line in lines {
      if line.hasPrefix("// @file ") {
        file = String(line.dropFirst("// @file ".count))
      } else {
        files[file, default: ""] += line + "\n"
      }
      if line.hasPrefix("// @expect ") {
        expectations = line.dropFirst("// @expect ".count).split(separator: " ").map { part in
          let halves = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
          return (String(halves[0]), String(halves[1]))
        }
      } else if line.hasPrefix("// witness ") {
        let words = line.split(separator: " ").map { $0.drop { $0 == ":" } }
        if words.count > 3 { witness = (String(words[2]), String(words[3].prefix { $0 != ":" })) }
      }
    }
  }

  /// What the proof says otherwise than expected; with a weakness, what that one does.
  func misses(_ trial: WeaknessTrial? = nil) -> [String] {
    let loaded = Program.load(entry: entry) { path in files[path].map { Array($0.utf8) } }
    guard let program = loaded.program else {
      let isAsGood = expectations.allSatisfy {
        ["false", "partial", "found-or-dynamic"].contains($0.value)
      }
      return isAsGood ? [] : loaded.diagnostics.map(\.description)
    }
    let proof = Prover.prove(program, handlerPath: entry, trial: trial)
    var misses = expectations.compactMap { key, value in
      let found = proof.value(of: key, wanted: value)
      return found == value ? nil : "\(key) is \(found), not \(value)"
    }
    if let witness, !proof.hasWitness(of: witness.property, at: witness.place) {
      misses.append("no witness of \(witness.property) at \(witness.place)")
    }
    return misses
  }
}

extension Proof {
  fileprivate func value(of key: String, wanted: String) -> String {
    let facts = contract.facts
    switch key {
    case "proof": return "\(facts.proofLevel)"
    case "dynamic": return facts.dynamic.map(\.rawValue).joined(separator: ",")
    case "hosts": return String(facts.egressHosts.count)
    case "routes":
      return facts.routes.isEmpty && !facts.dynamic.contains(.routes) ? "none" : wanted
    case "capabilities": return contract.capabilities.joined(separator: ",")
    case "required": return contract.env.required.joined(separator: ",")
    default:
      guard let property = Property.allCases.first(where: { "\($0)" == key }) else { return "?" }
      return "\(holds(property))"
    }
  }

  fileprivate func hasWitness(of property: String, at place: String) -> Bool {
    witnesses.contains { witness in
      guard let known = witness.property, "\(known)" == property else { return false }
      return witness.steps.contains { step in
        Int(place) == step.line || step.path == place
      }
    }
  }
}
