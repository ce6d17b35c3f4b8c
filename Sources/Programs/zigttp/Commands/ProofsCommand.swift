import ArgumentParser

/// `zigttp proofs`: what was deployed, what changed, how bad.
struct ProofsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "proofs",
    abstract: "Ask the ledger what was deployed and what changed.",
    discussion: """
      A REF is HEAD, HEAD~N, a service, <service>~N, or the first 4 or more hex digits of a \
      contract, record or image digest.
      """,
    subcommands: [
      ProofsListCommand.self, ProofsShowCommand.self, ProofsDiffCommand.self,
      ProofsExportCommand.self, ProofsBlameCommand.self, ProofsVerifyCommand.self,
      ProofsReceiptCommand.self, ProofsConsistencyCommand.self, ProofsSealCommand.self,
      ProofsOriginCommand.self, ProofsForgetCommand.self,
    ])
}
