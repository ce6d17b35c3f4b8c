/// `zigttp:text`.
enum TextNatives {
  static func register(in registry: inout NativeRegistry) {
    registry.modules[.escapeHtml] = { c throws(Fault) in
      try c.value(units: TextTools.escapeHTML(try c.unitsArgument(0, "value", of: "escapeHtml")))
    }
    registry.modules[.unescapeHtml] = { c throws(Fault) in
      try c.value(
        units: TextTools.unescapeHTML(try c.unitsArgument(0, "value", of: "unescapeHtml")))
    }
    registry.modules[.slugify] = { c throws(Fault) in
      try c.value(units: TextTools.slugify(try c.unitsArgument(0, "value", of: "slugify")))
    }
    registry.modules[.truncate] = { c throws(Fault) in
      let text = try c.unitsArgument(0, "value", of: "truncate")
      let limit = try c.integerArgument(1, "max", in: 0...(1 << 30), of: "truncate")
      let ellipsis =
        c.arguments[2].isUndefined ? [0x2026] : try c.unitsArgument(2, "ellipsis", of: "truncate")
      return try c.value(units: TextTools.truncate(text, limit: limit, ellipsis: ellipsis))
    }
    registry.modules[.mask] = { c throws(Fault) in
      let text = try c.unitsArgument(0, "value", of: "mask")
      let visible = try c.integerArgument(1, "visible", in: 0...(1 << 30), of: "mask", absent: 0)
      return try c.value(units: TextTools.mask(text, visible: visible))
    }
  }
}

/// `zigttp:time`.
enum TimeNatives {
  static func register(in registry: inout NativeRegistry) {
    registry.modules[.formatIso] = { c throws(Fault) in
      try c.value(CalendarTime.iso(milliseconds: try time(c, of: "formatIso")))
    }
    registry.modules[.formatHttp] = { c throws(Fault) in
      try c.value(CalendarTime.http(milliseconds: try time(c, of: "formatHttp")))
    }
    registry.modules[.parseIso] = { c throws(Fault) in
      guard let ms = CalendarTime.parseISO(try c.utf8Argument(0, "value", of: "parseIso")) else {
        throw Fault("parseIso: the value is not an ISO 8601 date or time")
      }
      return Value(ms)
    }
    registry.modules[.addSeconds] = { c throws(Fault) in
      let ms = try c.numberArgument(0, "milliseconds", of: "addSeconds")
      return Value(ms + 1000 * (try c.numberArgument(1, "seconds", of: "addSeconds")))
    }
  }

  private static func time(_ c: CallContext, of function: StaticString) throws(Fault) -> Double {
    let ms = try c.numberArgument(0, "milliseconds", of: function)
    guard CalendarTime.utc(ms) != nil else {
      throw Fault("\(function): the number is not a time")
    }
    return ms
  }
}
