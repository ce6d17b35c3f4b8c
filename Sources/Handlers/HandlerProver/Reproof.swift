import Contracts
import Encodings
import HandlerLanguage
import ProjectFiles

/// A program that somebody proved before, proven again from its sources.
public struct Reproof: Sendable {
  /// As it came out now.
  public let contract: Contract
  /// The files that the program is made of, sorted by path; what nothing imports is not among them.
  public let sources: [SourceFile]
  /// Flows of secrets and credentials that the claimed contract does not allow: what was deployed as a
  /// deploy is has none.
  public let openLeaks: [Leak]
  /// What the code does and a contract that was given lacks, as the card names it: what was deployed as
  /// a deploy is has nothing of that.
  public let lacking: [String]

  /// The sources are no program.
  public struct Refusal: Error, Sendable, Hashable, CustomStringConvertible {
    /// The first thing that is wrong with them.
    public let description: String
  }

  /// Proves sources as a deploy does. What the contract was told rather than found out is taken from
  /// it: which names are secret, and which leaks are allowed.
  ///
  /// - Parameters:
  ///   - sources: by path, relative to the project's root.
  ///   - claimed: the contract as it was proven before.
  public init(
    of sources: [ByteName: [UInt8]], claimed: Contract
  ) throws(Refusal) {
    let entry = claimed.handlerPath
    let loaded = Program.load(entry: entry) { sources[ByteName($0)] }
    guard let program = loaded.program else {
      throw Refusal(description: loaded.errors.first?.description ?? "no program")
    }
    let proof = Prover.prove(
      program, handlerPath: entry, secretOverrides: Self.declaredSecrets(claimed))
    openLeaks = proof.leaks.filter { leak in
      !claimed.allowedLeaks.contains { leak.isAllowed(by: $0) }
    }
    var proven = proof.contract
    lacking = claimed.imported?.lacking(proven) ?? []
    if let imported = claimed.imported { proven = imported.merged(with: proven) }
    proven.allowedLeaks = claimed.allowedLeaks
    contract = proven
    self.sources = program.files.sorted { UTF8Order.precedes($0.path, $1.path) }
  }

  /// The names that a contract judges otherwise than by their spelling.
  public static func declaredSecrets(_ contract: Contract) -> [ByteName: Bool] {
    let secrets = Set(contract.env.secret.map { ByteName($0) })
    var declared: [ByteName: Bool] = [:]
    for name in contract.env.literal {
      let isSecret = secrets.contains(ByteName(name))
      if isSecret != SecretNames.isSecret(name) { declared[ByteName(name)] = isSecret }
    }
    return declared
  }
}
