import ArgumentParser

/// How registries are reached, for every command that may reach one.
struct RegistryAccessOptions: ParsableArguments {
  @Flag(
    help: ArgumentHelp(
      "Speak http to registries on other machines, too: anybody on the way can read and change it.")
  )
  var plainHttp = false
}
