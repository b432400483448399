"""What the service can do, as FHIR tells it."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from scheduler.exchange.fhir.codes import FHIR_VERSION
from scheduler.exchange.fhir.elements import Code, Element, Text, Uri
from scheduler.exchange.fhir.resources import Resource

ParameterType = Literal["number", "date", "string", "token", "reference", "composite", "quantity", "uri", "special"]


class Interaction(Element):
    """Reading one, or searching."""

    code: Literal["read", "search-type"]


class SearchParameter(Element):
    """Something resources can be searched by."""

    name: Text
    type: ParameterType
    documentation: Text | None = None


class CapableResource(Element):
    """What can be done with resources of a type."""

    type: Code
    documentation: Text | None = None
    interaction: tuple[Interaction, ...] = Field(min_length=1)
    versioning: Literal["no-version", "versioned", "versioned-update"] = "versioned"
    read_history: bool = False
    update_create: bool = False
    conditional_create: bool = False
    conditional_read: Literal["not-supported", "modified-since", "not-match", "full-support"] = "full-support"
    conditional_update: bool = False
    conditional_delete: Literal["not-supported", "single", "multiple"] = "not-supported"
    search_param: tuple[SearchParameter, ...] | None = None


class CapableOperation(Element):
    """An operation of the whole server."""

    name: Text
    definition: Uri
    documentation: Text | None = None


class Security(Element):
    """Who may ask."""

    cors: bool = False
    description: Text | None = None


class Rest(Element):
    """The server's side."""

    mode: Literal["server"] = "server"
    documentation: Text | None = None
    security: Security | None = None
    resource: tuple[CapableResource, ...] | None = None
    operation: tuple[CapableOperation, ...] | None = None


class Software(Element):
    """Which software answers."""

    name: Text
    version: Text | None = None


class Implementation(Element):
    """Where it answers."""

    description: Text
    url: Uri | None = None


class CapabilityStatement(Resource):
    """What the service can do."""

    resource_type: Literal["CapabilityStatement"] = "CapabilityStatement"
    status: Literal["draft", "active", "retired", "unknown"] = "active"
    date: Text
    kind: Literal["instance", "capability", "requirements"] = "instance"
    software: Software | None = None
    implementation: Implementation | None = None
    fhir_version: Code = FHIR_VERSION
    format: tuple[Code, ...] = Field(min_length=1)
    rest: tuple[Rest, ...] | None = None
