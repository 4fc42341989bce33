import Contracts
import Foundation
import HTTPService
import Hummingbird
import MLflow

/// Webhooks of MLflow's API.
struct WebhookRoutes: Sendable {
    static let base = "/mlflow/{api}/2.0/mlflow/webhooks"
    private static let usualPage = 100
    private static let longestPage = 1_000

    let webhooks: WebhookStore
    let sender: WebhookSender
    let tokens: PageTokenCodec

    func add(to router: Router<ServiceContext>) {
        router.post("\(Self.base)", use: create)
        router.get("\(Self.base)", use: list)
        router.get("\(Self.base)/{webhook}", use: find)
        router.patch("\(Self.base)/{webhook}", use: update)
        router.delete("\(Self.base)/{webhook}", use: delete)
        router.post("\(Self.base)/{webhook}/test", use: test)
    }

    @Sendable
    func create(_ request: Request, _ context: ServiceContext) async throws -> MLflowReply {
        let fields = try await request.mlflowFields(context)
        let (name, url) = (try fields.requiredText("name"), try fields.requiredText("url"))
        guard fields["events"] != nil else { throw MLflowError.missingParameter("events") }
        let webhook = Webhook(
            id: UUID(), team: try context.tenant.team, name: name, url: url, events: try Webhook.events(try fields.objects("events")),
            description: try fields.nonEmpty("description"), status: try fields.nonEmpty("status").map(Webhook.status) ?? .active,
            createdAt: .now, updatedAt: .now)
        try Webhook.check(name: name)
        _ = try await sender.address(url)
        return MLflowReply("webhook", try await webhooks.create(webhook, secret: try fields.secret()).answer)
    }

    @Sendable
    func list(_ request: Request, _ context: ServiceContext) async throws -> MLflowReply {
        let fields = try await request.mlflowFields(context)
        let tenant = try context.tenant
        let limit = try fields.integer("max_results") ?? Int64(Self.usualPage)
        guard (1...Int64(Self.longestPage)).contains(limit) else { throw MLflowError.invalid("max_results must be between 1 and 1000.") }
        let search = try Self.search(tenant)
        let after = try tokens.values(in: try fields.text("page_token"), of: search)
        let found = try await webhooks.list(for: tenant, after: Self.place(after), limit: Int(limit) + 1)
        let items = found.prefix(Int(limit))
        let next = found.count > Int(limit) ? items.last.map { tokens.token(after: Self.values($0), in: search) } : nil
        return MLflowReply("webhooks", items.map(\.answer), next: next)
    }

    @Sendable
    func find(_ request: Request, _ context: ServiceContext) async throws -> MLflowReply {
        _ = try await request.mlflowFields(context)
        return MLflowReply("webhook", try await webhooks.find(try context.webhook, for: try context.tenant).answer)
    }

    @Sendable
    func update(_ request: Request, _ context: ServiceContext) async throws -> MLflowReply {
        let fields = try await request.mlflowFields(context)
        let (name, url) = (try fields.nonEmpty("name"), try fields.nonEmpty("url"))
        if let name { try Webhook.check(name: name) }
        let events = try fields.objects("events")
        let asked = events.isEmpty ? nil : try Webhook.events(events)
        let (description, status) = (try fields.text("description"), try fields.nonEmpty("status").map(Webhook.status))
        let (id, tenant) = (try context.webhook, try context.tenant)
        if let url { _ = try await sender.address(url) }
        let changed = try await webhooks.update(id, secret: try fields.secret(), for: tenant) { webhook in
            webhook.name = name ?? webhook.name
            webhook.url = url ?? webhook.url
            webhook.events = asked ?? webhook.events
            webhook.description = description ?? webhook.description
            webhook.status = status ?? webhook.status
        }
        return MLflowReply("webhook", changed.answer)
    }

    @Sendable
    func delete(_ request: Request, _ context: ServiceContext) async throws -> MLflowReply {
        _ = try await request.mlflowFields(context)
        try await webhooks.delete(try context.webhook, for: try context.tenant)
        return MLflowReply()
    }

    /// One delivery that tells of nothing real, made at once and not repeated.
    @Sendable
    func test(_ request: Request, _ context: ServiceContext) async throws -> MLflowReply {
        let fields = try await request.mlflowFields(context)
        let (webhook, secret) = try await webhooks.withSecret(try context.webhook, for: try context.tenant)
        guard let event = try fields.object("event").map({ try WebhookEvent($0) }) ?? webhook.events.first else { return MLflowReply() }
        let delivery = WebhookDelivery(
            id: UUID(), url: webhook.url, body: WebhookDelivery.body(event, event.example, at: .now), attempt: 1)
        let attempt = await sender.send(delivery, secret: secret)
        var result = AnswerFields()
        result.set("success", attempt.status.map { $0 < 400 } ?? false)
        result.set("response_status", attempt.status.map { Int64($0) })
        result.set("response_body", attempt.status == nil ? nil : attempt.body)
        result.set("error_message", attempt.status == nil ? "Failed to test webhook: \(attempt.fault)" : nil)
        return MLflowReply("result", result)
    }

    // A page of webhooks goes by the time they were made, and their ids.

    private static func search(_ tenant: Tenant) throws(MLflowError) -> PagedSearch {
        PagedSearch(
            try SearchFilter(nil, kind: .registeredModels), try SearchOrder(["creation_timestamp"], kind: .registeredModels),
            scope: ["webhooks", tenant.team])
    }

    private static func values(_ webhook: Webhook) -> [SearchValue?] {
        [.integer(Int64((webhook.createdAt.timeIntervalSince1970 * 1e6).rounded())), .text(webhook.id.uuidString.lowercased())]
    }

    private static func place(_ values: [SearchValue?]?) -> (createdAt: Int64, id: String)? {
        guard let values, values.count == 2, case .integer(let time)? = values[0], case .text(let id)? = values[1] else { return nil }
        return (time, id)
    }
}

extension ServiceContext {
    /// The webhook that the path names.
    fileprivate var webhook: UUID {
        get throws {
            let text = try parameter("webhook")
            guard let id = UUID(uuidString: text) else {
                throw MLflowError(.resourceDoesNotExist, "Webhook with ID \(text) not found.")
            }
            return id
        }
    }
}

extension RequestFields {
    /// A secret to sign with; nil when none is given.
    fileprivate func secret() throws(MLflowError) -> String? {
        guard let secret = try text("secret") else { return nil }
        guard secret.utf8.count <= 1_000 else { throw .tooLong("secret", limit: 1_000) }
        return secret
    }
}
