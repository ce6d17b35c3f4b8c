import ArgumentParser

/// What a deploy through a control plane can be told.
struct HostedOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Where it is to run; without it where the last deploy was, or us-central.",
      valueName: "region"))
  var region: String?

  @Flag(help: "Take the service over although it is not what was recorded or is wanted.")
  var confirm = false

  @Flag(help: "Return as soon as the control plane has accepted it.")
  var noWait = false

  @Option(help: ArgumentHelp("Wait so many seconds for the service to answer.", valueName: "s"))
  var waitTimeout = 120

  @OptionGroup var controlPlane: ControlPlaneOptions

  func validate() throws {
    guard (0...86_400).contains(waitTimeout) else {
      throw ValidationError("--wait-timeout is \(waitTimeout), expected 0 to 86400")
    }
    if let region, !(1...63).contains(region.utf8.count) {
      throw ValidationError("--region is '\(region)', expected 1 to 63 bytes")
    }
  }

  /// As nobody said anything, for a command that is made without the parser.
  static func usual() -> Self {
    var options = Self()
    (options.region, options.confirm, options.noWait, options.waitTimeout) =
      (nil, false, false, 120)
    var controlPlane = ControlPlaneOptions()
    controlPlane.insecure = false
    options.controlPlane = controlPlane
    return options
  }

  /// Whether somebody said something that means nothing for a deploy on this machine.
  var isUsed: Bool {
    region != nil || confirm || noWait || waitTimeout != 120 || controlPlane.insecure
  }
}
