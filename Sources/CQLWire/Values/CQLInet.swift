import WireKit

/// An IPv4 or IPv6 address, without a mask.
package struct CQLInet: Hashable, Sendable {
    /// Four or sixteen bytes.
    package let bytes: [UInt8]

    /// Nil unless there are four or sixteen bytes.
    package init?(bytes: some Collection<UInt8>) {
        guard bytes.count == 4 || bytes.count == 16 else { return nil }
        self.bytes = [UInt8](bytes)
    }

    static func decode(from reader: inout ByteReader) throws(WireError) -> CQLInet {
        let start = reader
        guard let address = CQLInet(bytes: try reader.readBytes(reader.remaining, "inet")) else {
            throw start.error(.invalidLength(start.remaining), "inet")
        }
        return address
    }

    /// Reads dotted quads and the forms of RFC 4291, section 2.2; nil for anything else.
    package init?(_ text: some StringProtocol) {
        guard text.utf8.contains(UInt8(ascii: ":")) else {
            guard let bytes = Self.dottedQuad(Substring(text)) else { return nil }
            self.init(bytes: bytes)
            return
        }
        guard let gap = Self.gap(in: Substring(text)) else {
            guard let bytes = Self.groups(Substring(text)) else { return nil }
            self.init(bytes: bytes)
            return
        }
        guard !gap.head.utf8.contains(UInt8(ascii: ".")), let head = Self.groups(gap.head),
            let tail = Self.groups(gap.tail), head.count + tail.count <= 14
        else {
            return nil
        }
        self.init(bytes: head + [UInt8](repeating: 0, count: 16 - head.count - tail.count) + tail)
    }

    /// What stands on both sides of the one `::`.
    private static func gap(in text: Substring) -> (head: Substring, tail: Substring)? {
        var index = text.startIndex
        while index < text.endIndex {
            let next = text.index(after: index)
            if text[index] == ":", next < text.endIndex, text[next] == ":" {
                return (text[..<index], text[text.index(after: next)...])
            }
            index = next
        }
        return nil
    }

    private static func groups(_ text: Substring) -> [UInt8]? {
        if text.isEmpty { return [] }
        var bytes: [UInt8] = []
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        for (position, part) in parts.enumerated() {
            if position == parts.count - 1, part.utf8.contains(UInt8(ascii: ".")) {
                guard let quad = dottedQuad(part) else { return nil }
                bytes += quad
            } else {
                guard (1...4).contains(part.utf8.count), part.utf8.allSatisfy({ $0.hexDigitValue != nil }),
                    let group = UInt16(part, radix: 16)
                else { return nil }
                bytes += [UInt8(group >> 8), UInt8(group & 0xFF)]
            }
        }
        return bytes
    }

    private static func dottedQuad(_ text: Substring) -> [UInt8]? {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 4 else { return nil }
        var bytes: [UInt8] = []
        for part in parts {
            guard (1...3).contains(part.utf8.count), part.utf8.first != UInt8(ascii: "+"), let byte = UInt8(part) else {
                return nil
            }
            bytes.append(byte)
        }
        return bytes
    }
}

extension CQLInet: CustomStringConvertible {
    /// A dotted quad, or the canonical form of RFC 5952.
    package var description: String {
        if bytes.count == 4 { return bytes.map(String.init).joined(separator: ".") }
        if bytes.prefix(12) == [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF] {
            return "::ffff:" + bytes.suffix(4).map(String.init).joined(separator: ".")
        }
        let groups = stride(from: 0, to: 16, by: 2).map { UInt16(bytes[$0]) << 8 | UInt16(bytes[$0 + 1]) }
        var longest = 0..<0
        var start = 0
        while start < groups.count {
            let end = groups[start...].firstIndex { $0 != 0 } ?? groups.count
            if end - start > longest.count { longest = start..<end }
            start = end + 1
        }
        let texts = groups.map { String($0, radix: 16) }
        guard longest.count >= 2 else { return texts.joined(separator: ":") }
        return texts[..<longest.lowerBound].joined(separator: ":") + "::"
            + texts[longest.upperBound...].joined(separator: ":")
    }
}
