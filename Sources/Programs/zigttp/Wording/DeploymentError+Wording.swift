import Contracts
import Deployment
import Encodings
import Glibc
import Reports

extension CommandFailure {
  init(_ error: DeploymentError) {
    switch error {
    case .noHandler(let root, let searched, let passedOver):
      self.init(
        .failure, "no handler in \(root)",
        details: ["expected one of: \(searched.joined(separator: ", "))"]
          + (passedOver.map { ["\($0) in this folder is not of that project"] } ?? []),
        next: passedOver == nil
          ? "Write a handler.ts that exports a function called handler."
          : "A package.json beside it makes the folder a project of its own.")
    case .refused(let diagnostics):
      let errors = diagnostics.filter { $0.severity == .error }.count
      self.init(
        .failure, "the handler was refused: \(errors) error\(errors == 1 ? "" : "s")",
        diagnostics: diagnostics)
    case .leaks(let leaks, let witnesses): self.init(leaks: leaks, witnesses)
    case .contractLacks(let items):
      self.init(
        .failure, "the contract that was given lacks what the code does",
        details: items.map { "\($0)" },
        next: "Have it written anew from this code, or leave --contract away.")
    case .brokenSpecs(let names):
      let unknown = names.filter { Property(label: $0) == nil }
      self.init(
        .failure, "the handler declares what does not hold: \(names.joined(separator: ", "))",
        details: unknown.map { "\(SpecWording.problem(of: $0))" },
        next: unknown.count == names.count
          ? "`zigttp help properties` says what each means."
          : "`zigttp check --explain` shows how each is lost; mend that, or take the Spec away.")
    case .malformedEnvFile(let error): self.init(.failure, "\(error)")
    case .malformedPackageManifest(let path, let line, let column, let problem):
      self.init(.failure, "\(path):\(line):\(column): \(problem)")
    case .unfitPackageManifest(let path, let member, let expected, let found):
      self.init(
        .failure, "\(path): \(member): expected \(expected), found \(found.prefix(200))")
    case .emptyServiceName(let tried):
      self.init(
        .failure,
        """
        nothing here can name the service: \(tried.map { "'\($0)'" }.joined(separator: ", ")) leave \
        no letter or digit behind
        """,
        next: "Set \"name\" in package.json.")
    case .sourceOutsideProject(let path):
      self.init(
        .failure, "\(path) leads out of the project",
        next: "Copy the file into the project: nothing outside of it is read.")
    case .unreadable(let path, let code):
      self.init(.failure, "cannot read \(path): \(String(cString: strerror(code)))")
    case .notAFile(let path):
      self.init(.failure, "\(path) is not a file")
    case .unwritable(let path, let code):
      self.init(.failure, "cannot write \(path): \(String(cString: strerror(code)))")
    case .noRuntime(let tried):
      self.init(
        .failure, "no runtime to pack",
        details: ["looked for: \(tried.joined(separator: ", "))"],
        next: "Install one with `make install`, or name it with --runtime FILE.")
    case .doesNotStart(let runtime, let ending, let lines):
      self.init(runtime: runtime, ending, lines)
    case .notDeployable(let line, let reason): self.init(line: line, notDeployable: reason)
    case .pendingDeploy(let service, let target):
      self.init(
        .failure,
        "a deploy of \(service) to \(target) was interrupted, and what became of it is not known yet",
        next: """
          Run `zigttp deploy` with that control plane in \(ControlPlaneAccess.variable): it finds out \
          first.
          """)
    case .unknownAcceptance(let service, let cause):
      self.init(cause)
      message = "\(message); whether \(service) was deployed is not known"
      next = "Run the command again: it finds out before it does anything else."
    case .noCertificateBundle(let tried):
      self.init(
        .failure, "no CA bundle for the image",
        details: ["looked for: \(tried.joined(separator: ", "))"],
        next: "Install the ca-certificates package.")
    }
  }

  private init(leaks: [Leak], _ witnesses: [Witness]) {
    let count: SafeText = leaks.count == 1 ? "1 flow" : "\(leaks.count) flows"
    let ways = witnesses.map { witness -> SafeText in
      let steps = witness.steps.map { "\($0.path):\($0.line):\($0.column) \($0.what)" as SafeText }
      return steps.dropFirst().reduce(steps.first ?? "") { "\($0) -> \($1)" }
    }
    self.init(
      .failure, "a secret or a credential leaks: \(count) that nobody allowed", details: ways,
      next: """
        Mend it; `zigttp check --explain` shows more. Or let it pass, which is recorded: \
        \(leaks.map { "\(AllowLeakOptions.words(for: $0))" }.joined(separator: " "))
        """)
  }

  private init(line: Int, notDeployable reason: DeploymentError.Undeployable) {
    let what: SafeText =
      switch reason {
      case .noService: "names no service"
      case .noRecord: "names no deploy record"
      case .otherContract: "has a contract that another version wrote"
      }
    self.init(
      .failure, "line \(line) of the ledger cannot be deployed again: it \(what)",
      next: "`zigttp proofs list` shows what there is.")
  }
}
