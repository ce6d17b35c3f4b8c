import ArtifactGraph
import ContentStore
import Deployment
import Glibc
import Ledger
import Reports

extension Invocation {
  /// The user's keys, and what was seen of ledgers. One for a whole run, which reads a key's file
  /// that was named once.
  /// - Parameters:
  ///   - state: `XDG_STATE_HOME`.
  ///   - keyFile: `ZIGTTP_SIGNING_KEY_FILE`, made absolute.
  static func trust(home: String?, state: String?, keyFile: String?) -> LedgerTrust {
    // What does not exist is no home: system users have such, and nothing is to be made there.
    var info = stat()
    let home = home.flatMap { stat($0, &info) == 0 && info.st_mode & S_IFMT == S_IFDIR ? $0 : nil }
    // XDG: a path that is not absolute is to be ignored.
    let state =
      state.flatMap { $0.hasPrefix("/") ? $0 : nil } ?? home.map { $0 + "/.local/state" }
    return LedgerTrust(home: home, stateFolder: state, keyFile: keyFile)
  }

  /// A path as it was typed in the current folder, made absolute.
  func absolute(_ path: String) -> String { path.hasPrefix("/") ? path : directory + "/" + path }
}

extension Console {
  /// Names rows that nobody signed, and whatever else does not fit the checkpoint at a glance.
  /// - Parameter known: the tree over the ledger's lines as the caller has seen it.
  func warnOfSeal(
    of store: ContentStore, _ invocation: Invocation, known: MerkleFrontier?
  ) throws {
    var known = known
    let finding = try SealWatch(store, trust: invocation.trust).finding {
      defer { known = nil }
      return try known ?? ArtifactGraph(store).frontier()
    }
    guard let finding else { return }
    warn([finding.wording, finding.next].compactMap(\.self).joined(separator: "; "))
  }

  /// The same where there may be no store yet.
  func warnOfSeal(
    of target: DeployTarget, _ invocation: Invocation, known: MerkleFrontier?
  ) throws {
    guard case .existing(let store) = target else { return }
    try warnOfSeal(of: store, invocation, known: known)
  }
}

extension ArtifactGraph {
  /// The tree over the ledger's lines, as far as they are indexed.
  func frontier() throws -> MerkleFrontier { try known()?.position.frontier ?? MerkleFrontier() }
}
