"""The CapabilityStatement of the service, and its elements."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from scheduler.exchange.fhir.codes import FHIR_VERSION
from scheduler.exchange.fhir.elements import Code, Element, Text, Uri
from scheduler.exchange.fhir.resources import FhirResource

ParameterType = Literal["number", "date", "string", "token", "reference", "composite", "quantity", "uri", "special"]


class Interaction(Element):
    """An interaction with a resource type: read or search."""

    code: Literal["read", "search-type"]


class SearchParameter(Element):
    """A parameter that resources can be searched by."""

    name: Text
    type: ParameterType
    documentation: Text | None = None


class CapableResource(Element):
    """The capabilities for resources of a type."""

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
    search_include: tuple[Text, ...] | None = None
    search_param: tuple[SearchParameter, ...] | None = None


class CapableOperation(Element):
    """An operation on the whole server."""

    name: Text
    definition: Uri
    documentation: Text | None = None


class Security(Element):
    """How access is secured."""

    cors: bool = False
    description: Text | None = None


class Rest(Element):
    """The capabilities of the server."""

    mode: Literal["server"] = "server"
    documentation: Text | None = None
    security: Security | None = None
    resource: tuple[CapableResource, ...] | None = None
    operation: tuple[CapableOperation, ...] | None = None


class Software(Element):
    """The name and version of the software."""

    name: Text
    version: Text | None = None


class Implementation(Element):
    """The installation and its address."""

    description: Text
    url: Uri | None = None


class CapabilityStatement(FhirResource):
    """The capabilities of the service."""

    resource_type: Literal["CapabilityStatement"] = "CapabilityStatement"
    status: Literal["draft", "active", "retired", "unknown"] = "active"
    date: Text
    kind: Literal["instance", "capability", "requirements"] = "instance"
    software: Software | None = None
    implementation: Implementation | None = None
    fhir_version: Code = FHIR_VERSION
    format: tuple[Code, ...] = Field(min_length=1)
    rest: tuple[Rest, ...] | None = None
