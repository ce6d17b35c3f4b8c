import HandlerLanguage
/// `console` and `Date.now`.
enum ConsoleFunctions {
  /// Puts them into a registry.
  static func register(in registry: inout NativeRegistry, services: BuiltinServices) {
    let now = services.now
    registry.members[.dateNow] = { _ in Value(now().rounded(.down)) }
    let log = services.log
    for (member, level) in levels {
      registry.members[member] = { c throws(Fault) in
        log(c, level, try message(c))
        return .undefined
      }
    }
  }

  private static let levels: [(BuiltinMember, ConsoleLevel)] = [
    (.consoleDebug, .debug), (.consoleInfo, .info), (.consoleLog, .log), (.consoleWarn, .warn),
    (.consoleError, .error),
  ]

  /// The arguments with a space between them: strings as they are, everything else as JSON.
  private static func message(_ c: CallContext) throws(Fault) -> [UInt8] {
    var out: [UInt8] = []
    for index in 0..<c.arguments.count {
      let argument = c.arguments[index]
      if index > 0 { out.append(UInt8(ascii: " ")) }
      let isData = argument.isObject || argument.isArray
      let json = isData ? try JSONWriter.text(of: argument, c) : nil
      let text: StringRef
      if let json { text = json } else { text = try c.toText(argument) }
      let units = try c.heap.flat(text)
      try c.spend(units.count)
      units.appendUTF8(to: &out)
    }
    return out
  }
}
