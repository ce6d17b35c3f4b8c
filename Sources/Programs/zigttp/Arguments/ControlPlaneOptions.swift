import ArgumentParser

/// How a control plane is reached, for every command that asks one. Which one it is says
/// `ZIGTTP_CONTROL_PLANE_URL`.
struct ControlPlaneOptions: ParsableArguments {
  @Flag(
    help: ArgumentHelp(
      "Take an address of http on another machine, too: anybody on the way can read and change it."
    ))
  var insecure = false
}
