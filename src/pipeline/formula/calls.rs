//! Calls: COALESCE and ROUND everywhere; ABS and CAST in checks.

use sqlparser::ast::{DataType, Expr, Function, FunctionArg, FunctionArgExpr, FunctionArguments};

use super::node::Node;
use super::parsed::Use;
use super::typing::{Typed, Typer};
use crate::pipeline::value_type::ValueType;

impl Typer<'_> {
    pub(super) fn function(&mut self, function: &Function, expr: &Expr) -> Option<Typed> {
        let name = function.name.to_string().to_ascii_uppercase();
        let allowed = matches!(name.as_str(), "COALESCE" | "ROUND") || self.usage != Use::Measure && name == "ABS";
        let arguments = plain_arguments(function);
        let (Some(arguments), true) = (arguments, allowed) else {
            self.forbidden(&format!("`{name}`"), self.span(&function.name));
            return None;
        };
        match (name.as_str(), arguments.as_slice()) {
            ("COALESCE", [_, _, ..]) => {
                let mut all = Vec::new();
                for argument in &arguments {
                    all.push((self.visit(argument)?, *argument));
                }
                let (ty, decimals, _) = self.common_type(&all)?;
                let nullable = all.iter().all(|(t, _)| t.nullable);
                let nodes = all.into_iter().map(|(t, _)| t.node).collect();
                Some(Typed {
                    node: Node::Coalesce(nodes),
                    ty,
                    decimals,
                    nullable,
                })
            }
            ("ABS", [of]) => {
                let typed = self.visit(of);
                let typed = self.number_of(typed, of)?;
                Some(Typed {
                    node: Node::Abs(Box::new(typed.node)),
                    ..typed
                })
            }
            ("ROUND", [of]) => self.round(of, 0),
            ("ROUND", [of, decimals]) => match self.visit(decimals)?.node {
                Node::Integer(n @ 0..=9) => self.round(of, n as u32),
                _ => {
                    let message = "ROUND needs a literal number of decimals from 0 to 9".into();
                    self.fault("formula-type", message, self.span(*decimals));
                    None
                }
            },
            _ => {
                self.fault(
                    "formula-type",
                    format!("{name} has the wrong number of arguments"),
                    self.span(expr),
                );
                None
            }
        }
    }

    fn round(&mut self, of: &Expr, decimals: u32) -> Option<Typed> {
        let typed = self.visit(of);
        let typed = self.number_of(typed, of)?;
        if typed.ty == Some(ValueType::Integer) {
            return Some(typed);
        }
        Some(Typed {
            node: Node::Round(Box::new(typed.node), decimals),
            decimals,
            ..typed
        })
    }

    pub(super) fn cast(&mut self, of: &Expr, data_type: &DataType, expr: &Expr) -> Option<Typed> {
        let ty = match data_type {
            DataType::Int(None) | DataType::Integer(None) | DataType::BigInt(None) => Some(ValueType::Integer),
            DataType::Double(_) | DataType::DoublePrecision => Some(ValueType::Decimal),
            DataType::Varchar(None) | DataType::Text => Some(ValueType::Text),
            _ => None,
        };
        let (Some(ty), Use::Check | Use::Filter) = (ty, self.usage) else {
            self.forbidden(&format!("`CAST(… AS {data_type})`"), self.span(expr));
            return None;
        };
        let typed = self.visit(of)?;
        let from = typed.ty.unwrap_or(ty);
        let possible = from == ty
            || ty != ValueType::Text && (from.is_number() || from == ValueType::Boolean)
            || ty == ValueType::Text && from == ValueType::Integer;
        if !possible {
            let message = format!("`{of}` is {} and cannot be cast to {}", typed.words(), ty.words());
            self.fault("formula-type", message, self.span(of));
            return None;
        }
        let decimals = if ty == ValueType::Decimal { typed.decimals } else { 0 };
        Some(Typed {
            node: Node::Cast(Box::new(typed.node), ty),
            ty: Some(ty),
            decimals,
            nullable: typed.nullable,
        })
    }
}

/// The arguments of a call that has nothing but arguments.
pub(crate) fn plain_arguments(function: &Function) -> Option<Vec<&Expr>> {
    let plain = matches!(function.parameters, FunctionArguments::None)
        && function.filter.is_none()
        && function.null_treatment.is_none()
        && function.over.is_none()
        && function.within_group.is_empty();
    let FunctionArguments::List(list) = &function.args else {
        return None;
    };
    if !plain || list.duplicate_treatment.is_some() || !list.clauses.is_empty() {
        return None;
    }
    list.args
        .iter()
        .map(|argument| match argument {
            FunctionArg::Unnamed(FunctionArgExpr::Expr(expr)) => Some(expr),
            _ => None,
        })
        .collect()
}
