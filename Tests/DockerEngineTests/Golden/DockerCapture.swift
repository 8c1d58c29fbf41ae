import DockerEngine
import Foundation
import TestSupport
import Testing

/// One exchange between a client and a real Engine, with every byte of both sides.
struct DockerCapture: Sendable, CustomTestStringConvertible {
    let name: String
    let request: [UInt8]
    let response: [UInt8]
    let requestLine: String
    let statusLine: String
    let note: String

    var testDescription: String { name }

    private init(folder: URL, name: String) throws {
        self.name = name
        request = [UInt8](try Data(contentsOf: folder.appending(path: "\(name).request")))
        response = [UInt8](try Data(contentsOf: folder.appending(path: "\(name).response")))
        let data = try Data(contentsOf: folder.appending(path: "\(name).meta.json"))
        let meta = try JSONSerialization.jsonObject(with: data) as? [String: Any] ?? [:]
        requestLine = meta["request_line"] as? String ?? ""
        statusLine = meta["status_line"] as? String ?? ""
        note = meta["note"] as? String ?? ""
    }

    static func all() throws -> [DockerCapture] { try captures(in: Fixtures.root.appending(path: "docker")) }

    static func allAndExtra() throws -> [DockerCapture] {
        guard let folder = try Fixtures.extraFolder("docker") else { return try all() }
        let extra = try captures(in: folder)
        guard !extra.isEmpty else { throw CocoaError(.fileNoSuchFile, userInfo: [NSFilePathErrorKey: folder.path]) }
        return try all() + extra
    }

    static func named(_ name: String) throws -> DockerCapture {
        try DockerCapture(folder: Fixtures.root.appending(path: "docker"), name: name)
    }

    private static func captures(in folder: URL) throws -> [DockerCapture] {
        try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted().compactMap { file in
            guard file.hasSuffix(".request") else { return nil }
            return try DockerCapture(folder: folder, name: String(file.dropLast(".request".count)))
        }
    }

    /// The methods of the requests, in order, as the text says them.
    var methods: [HTTPMethod] {
        var methods: [HTTPMethod] = []
        for line in String(decoding: request, as: UTF8.self).split(separator: "\r\n") {
            let words = line.split(separator: " ")
            if words.count == 3, words[2].hasPrefix("HTTP/1.") {
                methods.append(HTTPMethod(rawValue: String(words[0])))
            }
        }
        return methods
    }
}

/// What a message is when it is taken apart with nothing but searches: what the decoders are compared with.
struct ReferenceMessage {
    let startLine: String
    let fields: [(name: String, value: String)]
    let body: [UInt8]
    /// Whether all of the body was there.
    let isComplete: Bool
    /// What follows.
    let rest: [UInt8]

    init?(_ bytes: [UInt8], hasNoBody: Bool, endsWithConnection: Bool) {
        guard let head = Data(bytes).firstRange(of: Data("\r\n\r\n".utf8)) else { return nil }
        let lines = String(decoding: bytes[..<head.lowerBound], as: UTF8.self).components(separatedBy: "\r\n")
        startLine = lines[0]
        fields = lines.dropFirst().map { line in
            let parts = line.components(separatedBy: ": ")
            return (parts[0], parts.dropFirst().joined(separator: ": "))
        }
        let content = Array(bytes[head.upperBound...])
        let named = Dictionary(fields.map { ($0.name.lowercased(), $0.value) }) { $1 }
        if hasNoBody {
            (body, isComplete, rest) = ([], true, content)
        } else if named["transfer-encoding"] == "chunked" {
            (body, isComplete, rest) = Self.dechunked(content)
        } else if let length = named["content-length"].flatMap({ Int($0) }) {
            (body, isComplete) = (Array(content.prefix(length)), content.count >= length)
            rest = Array(content.dropFirst(length))
        } else {
            (body, isComplete, rest) = endsWithConnection ? (content, true, []) : ([], true, content)
        }
    }

    private static func dechunked(_ bytes: [UInt8]) -> ([UInt8], Bool, [UInt8]) {
        var body: [UInt8] = []
        var data = Data(bytes)
        while let line = data.firstRange(of: Data("\r\n".utf8)) {
            let size = Int(String(decoding: data[data.startIndex..<line.lowerBound], as: UTF8.self), radix: 16) ?? -1
            data = data[line.upperBound...]
            if size == 0 { return (body, data.starts(with: Data("\r\n".utf8)), Array(data.dropFirst(2))) }
            body += data.prefix(size)
            guard size > 0, data.count >= size + 2 else { return (body, false, []) }
            data = data.dropFirst(size + 2)
        }
        return (body, false, [])
    }

    subscript(name: String) -> String? { fields.first { $0.name.lowercased() == name.lowercased() }?.value }

    /// Frames of 8-byte headers, joined per source; nil when it is something else.
    static func outputs(_ bytes: [UInt8]) -> [UInt8: [UInt8]]? {
        var outputs: [UInt8: [UInt8]] = [:]
        var rest = bytes[...]
        while !rest.isEmpty {
            let header = Array(rest.prefix(8))
            guard header.count == 8, header[0] <= 3, header[1...3] == [0, 0, 0] else { return nil }
            let length = Int(header[4]) << 24 + Int(header[5]) << 16 + Int(header[6]) << 8 + Int(header[7])
            let payload = rest.dropFirst(8).prefix(length)
            guard payload.count == length else { return nil }
            outputs[header[0], default: []] += payload
            rest = rest.dropFirst(8 + length)
        }
        return outputs
    }
}
