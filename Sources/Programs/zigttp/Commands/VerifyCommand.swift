import ArgumentParser
import ContentStore
import Deployment
import Digests
import Ledger
import Reports
import Verification

/// `zigttp verify`: everything that can be checked of an artifact, wherever it lies.
struct VerifyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "verify",
    abstract: "Verify an image, a program, a record or a running service against its ledger.",
    discussion: """
      Hashes everything again, computes labels and facts from the contract again, proves the sources \
      again, and prints each check with what was expected and found. A TARGET is a program file, a \
      digest or a ref of the store, docker://HOST/REPOSITORY[:TAG|@DIGEST], oci:DIR[:TAG], \
      oci-archive:FILE, http://HOST:PORT of a running service, or a receipt. The ledger is the \
      store's that is found here, or --receipt. Ends with 7 unless everything fits and a believed \
      key signed it, with 1 where something could not be looked at.
      """)

  /// What the answer is written as.
  enum Format: String, ExpressibleByArgument, CaseIterable { case text, github }

  @OptionGroup var global: GlobalOptions
  @OptionGroup var anchor: AnchorOptions
  @OptionGroup var registries: RegistryAccessOptions

  @Option(help: ArgumentHelp("A receipt of the row that names the target.", valueName: "file"))
  var receipt: String?

  @Flag(help: "Open no socket.")
  var offline = false

  @Flag(help: "Prove and pack the sources again, and compare the image's digest.")
  var rebuild = false

  @Option(help: ArgumentHelp("The runtime to compare with and to pack.", valueName: "file"))
  var runtime: String?

  @Option(help: "text for people, github for annotations on a GitHub Actions run.")
  var format = Format.text

  @Argument(help: "What to verify.")
  var target: String

  func validate() throws {
    if global.json, format != .text {
      throw ValidationError("--json and --format \(format.rawValue) exclude each other")
    }
  }

  mutating func run() throws {
    let invocation = try Invocation.current(global)
    let artifact = try FoundArtifact(
      target, receipt: receipt, store: global.store, isOffline: offline,
      keys: try anchor.keys(invocation), through: RegistryAccess(registries), in: invocation)
    var verification = artifact.verification
    try addRuntime(to: &verification, invocation)
    let report = try artifact.report(verification)
    guard !report.checks.allSatisfy({ $0.reason != nil }) else {
      throw CommandFailure(
        .failure, "nothing of \(target) could be looked at",
        details: report.checks.map { "\($0.kind.rawValue): \($0.reason ?? "")" },
        next: "Work where the store is, or name a receipt with --receipt FILE.")
    }
    let console = Console()
    let document = VerifyDocument(report, of: target)
    switch format {
    case .text: try console.answer(document, asJSON: global.json)
    case .github: try console.answer(document.workflowCommands)
    }
    try anchor.accept(report.verdict, console)
  }

  private func addRuntime(
    to verification: inout ArtifactVerification, _ invocation: Invocation
  ) throws {
    let parts: RuntimeParts
    do { parts = try RuntimeParts.locate(invocation.runtimeSearch(named: runtime)) } catch {
      // Only what was asked for by name has to be there.
      if rebuild || runtime != nil { throw error }
      return
    }
    verification.installedRuntime = try parts.runtimeDigest()
    guard rebuild else { return }
    verification.rebuild = { wanted in
      try ImageRebuild(runtime: parts).digest(
        of: wanted.sources, contract: wanted.contract, created: wanted.created,
        layer: wanted.runtimeLayer)
    }
  }
}
