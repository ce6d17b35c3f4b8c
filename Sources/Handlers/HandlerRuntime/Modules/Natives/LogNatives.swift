import HandlerLanguage

/// `zigttp:log`.
enum LogNatives {
  static func register(in registry: inout NativeRegistry) {
    let stringify = registry.members[.jsonStringify]
    let levels: [(ModuleFunction, LogService.Level, StaticString)] = [
      (.logDebug, .debug, "logDebug"), (.logInfo, .info, "logInfo"), (.logWarn, .warn, "logWarn"),
      (.logError, .error, "logError"),
    ]
    for (function, level, name) in levels {
      registry.modules[function] = { c throws(Fault) in
        let message = try c.utf8Argument(0, "message", of: name)
        let context = try contextBytes(c, stringify)
        try c.isolateHost().log(level, message, context)
        return .undefined
      }
    }
  }

  // The context as JSON; what JSON has no word for, such as a function, is left out.
  private static func contextBytes(
    _ c: CallContext, _ stringify: Native?
  ) throws(Fault) -> [UInt8]? {
    let context = c.arguments[1]
    guard !context.isUndefined, let stringify else { return nil }
    let text = try c.call(native: stringify, arguments: [context])
    return text.isString ? try c.heap.utf8(text.string) : nil
  }
}
