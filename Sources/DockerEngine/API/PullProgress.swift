package import WireKit

/// One line of a pull's progress (`JSONMessage` of the Engine).
package struct PullProgress: Hashable, Sendable {
    /// The layer, or the tag; nil for a line about the whole image.
    package let id: String?
    package let status: String
    /// Bytes so far and in all, where the Engine knows them.
    package let current: Int?
    package let total: Int?

    package init(id: String?, status: String, current: Int? = nil, total: Int? = nil) {
        self.id = id
        self.status = status
        self.current = current
        self.total = total
    }

    /// - Returns: nil for a line that says nothing of progress.
    package init?(_ json: JSON) {
        guard let status = json["status"]?.string else { return nil }
        let detail = json["progressDetail"]
        self.init(
            id: json["id"]?.string,
            status: status,
            current: detail?["current"]?.integer,
            total: detail?["total"]?.integer.flatMap { $0 > 0 ? $0 : nil }
        )
    }

    /// The failure that a line reports: it comes inside an answer that began with 200.
    package static func failure(in json: JSON) -> String? {
        json["errorDetail"]?["message"]?.string ?? json["error"]?.string
    }
}
